import type { Sql } from '@trading/database';
import { Decimal, type OrderSide } from '@trading/model';
import type { Fill } from '../metrics/roundTrips';

/** A fill with the trading date that it belongs to. */
export interface DatedFill extends Fill {
  /** `YYYY-MM-DD` in New York. */
  readonly date: string;
}

/** A strategy's fills in an account from `from` to before `until`, in the order of their execution. */
export async function selectFills(
  sql: Sql,
  wanted: {
    readonly strategyId: string;
    readonly accountId: string;
    /** Null is from the first fill on. */
    readonly from: Date | null;
    readonly until: Date;
  },
): Promise<DatedFill[]> {
  const rows = await sql.query<{
    symbol: string;
    side: OrderSide;
    quantity: string;
    price: string;
    commission: string | null;
    date: string;
  }>(
    `SELECT symbol, side, quantity, price, commission,
            (executed_at AT TIME ZONE 'America/New_York')::date::text AS date
       FROM execution.fills
      WHERE account_id = $1 AND strategy = $2 AND executed_at >= $3 AND executed_at < $4
      ORDER BY executed_at, trade_id`,
    [wanted.accountId, wanted.strategyId, wanted.from ?? '-infinity', wanted.until],
    'analytics_select_fills',
  );
  return rows.map((row) => ({
    symbol: row.symbol,
    side: row.side,
    quantity: new Decimal(row.quantity),
    price: new Decimal(row.price),
    commission: new Decimal(row.commission ?? 0),
    date: row.date,
  }));
}
