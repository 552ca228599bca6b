import type { Sql } from '@trading/database';
import { Decimal } from '@trading/model';

interface SizingRow {
  readonly reference_price: string | null;
  readonly held: string;
  readonly working: string;
  readonly clock: Date | null;
}

const TEXT = `
SELECT (SELECT close FROM data_ingestion.bars
         WHERE symbol = $2 AND data_source = $3 AND "timestamp" <= $4 AND "timestamp" > $4::timestamptz - interval '366 days'
         ORDER BY "timestamp" DESC LIMIT 1) AS reference_price,
       coalesce((SELECT quantity FROM execution.positions WHERE account_id = $1 AND symbol = $2), 0) AS held,
       coalesce((SELECT sum(CASE side WHEN 'buy' THEN quantity - filled_quantity ELSE filled_quantity - quantity END)
                   FROM execution.orders
                  WHERE account_id = $1 AND symbol = $2 AND status IN ('pending', 'submitted', 'partially_filled')), 0) AS working,
       (SELECT through FROM execution.market_clocks WHERE symbol = $2 AND data_source = $3) AS clock`;

/** What an order is sized by. */
export interface Sizing {
  /** The last close at or before the decision; null where there is none within a year. */
  readonly referencePrice: Decimal | null;
  /** Signed position. */
  readonly held: Decimal;
  /** Signed leaves of the working orders. */
  readonly working: Decimal;
  /** Start of the last bar that was handled; null where none was. */
  readonly clock: Date | null;
}

/** Reads price, position and working orders in one snapshot, so that a fill is counted once. */
export async function readSizing(
  sql: Sql,
  accountId: string,
  symbol: string,
  dataSource: string,
  at: Date,
): Promise<Sizing> {
  const rows = await sql.query<SizingRow>(TEXT, [accountId, symbol, dataSource, at], 'execution.readSizing');
  const row = rows[0];
  return {
    referencePrice: row?.reference_price == null ? null : new Decimal(row.reference_price),
    held: new Decimal(row?.held ?? 0),
    working: new Decimal(row?.working ?? 0),
    clock: row?.clock ?? null,
  };
}
