import type { Sql } from '@trading/database';
import type { OrderSide } from '@trading/model';

/** The answer of `execution.bust_fill`. Columns after `outcome` are null where nothing was taken back. */
export interface BustedFillRow {
  readonly outcome: 'busted' | 'duplicate' | 'unknown_trade';
  readonly trade_id: string | null;
  readonly order_id: string | null;
  readonly symbol: string | null;
  readonly side: OrderSide | null;
  readonly quantity: string | null;
  readonly price: string | null;
  readonly commission: string | null;
  readonly strategy: string | null;
  readonly trade_realized_pnl: string | null;
  readonly position_quantity: string | null;
  readonly position_avg_price: string | null;
  readonly position_realized_pnl: string | null;
  readonly unrealized_pnl: string | null;
  readonly market_value: string | null;
  readonly mark_price: string | null;
}

const TEXT = 'SELECT * FROM execution.bust_fill($1, $2, $3, $4, $5)';

/** Takes a booked execution back by a correcting entry, once. */
export async function bustFillRow(
  sql: Sql,
  bust: {
    readonly accountId: string;
    readonly executionId: string;
    readonly bustedAt: Date;
    readonly settlementDate: string;
    readonly correlationId: string;
  },
): Promise<BustedFillRow | undefined> {
  const rows = await sql.query<BustedFillRow & { [column: string]: unknown }>(
    TEXT,
    [bust.accountId, bust.executionId, bust.bustedAt, bust.settlementDate, bust.correlationId],
    'execution.bustFill',
  );
  return rows[0];
}
