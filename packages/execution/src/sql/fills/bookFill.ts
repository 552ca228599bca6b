import type { Sql } from '@trading/database';
import type { OrderStatus } from '@trading/model';

/** What booking did; see `execution.book_fill`. */
export type BookingOutcome = 'booked' | 'late' | 'duplicate' | 'conflicting' | 'over_fill' | 'unknown_order';

/** The answer of `execution.book_fill`. Columns after `outcome` are null where nothing was booked. */
export interface BookedFillRow {
  readonly outcome: BookingOutcome;
  readonly trade_id: string | null;
  readonly previous_status: OrderStatus | null;
  readonly status: OrderStatus | null;
  readonly filled_quantity: string | null;
  readonly avg_fill_price: string | null;
  readonly trade_realized_pnl: string | null;
  readonly position_quantity: string | null;
  readonly position_avg_price: string | null;
  readonly position_realized_pnl: string | null;
  readonly unrealized_pnl: string | null;
  readonly market_value: string | null;
  readonly mark_price: string | null;
}

/** A fill, as it is booked. Numbers are decimal text. */
export interface FillParameters {
  readonly orderId: string;
  readonly executionId: string;
  readonly quantity: string;
  readonly price: string;
  readonly commission: string;
  readonly executedAt: Date;
  /** `YYYY-MM-DD` */
  readonly settlementDate: string;
  readonly correlationId: string;
}

const TEXT = 'SELECT * FROM execution.book_fill($1, $2, $3, $4, $5, $6, $7, $8)';

/** Books a fill with everything that follows from it, once. */
export async function bookFillRow(sql: Sql, fill: FillParameters): Promise<BookedFillRow | undefined> {
  const rows = await sql.query<BookedFillRow>(
    TEXT,
    [
      fill.orderId,
      fill.executionId,
      fill.quantity,
      fill.price,
      fill.commission,
      fill.executedAt,
      fill.settlementDate,
      fill.correlationId,
    ],
    'execution.bookFill',
  );
  return rows[0];
}
