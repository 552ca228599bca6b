import type { Sql } from '@trading/database';
import type { OrderStatus } from '@trading/model';
import { ORDER_COLUMNS, type Order, type OrderRow, toOrder } from '../../orders/order';

/** Which orders are wanted; what is not told doesn't matter. */
export interface OrderFilter {
  readonly accountId?: string;
  readonly symbol?: string;
  readonly statuses?: readonly OrderStatus[];
  readonly strategyId?: string;
  /** Decided at or after this market time. */
  readonly since?: Date;
  /** 50 unless told. */
  readonly limit?: number;
}

const TEXT = `
SELECT ${ORDER_COLUMNS} FROM execution.orders
 WHERE ($1::text IS NULL OR account_id = $1) AND ($2::text IS NULL OR symbol = $2)
   AND ($3::text[] IS NULL OR status::text = ANY ($3)) AND ($4::text IS NULL OR strategy = $4)
   AND ($5::timestamptz IS NULL OR decided_at >= $5)
 ORDER BY id DESC LIMIT $6`;

/** Orders, youngest first. */
export async function selectOrders(sql: Sql, filter: OrderFilter): Promise<Order[]> {
  const rows = await sql.query<OrderRow & { [column: string]: unknown }>(TEXT, [
    filter.accountId ?? null,
    filter.symbol ?? null,
    filter.statuses ?? null,
    filter.strategyId ?? null,
    filter.since ?? null,
    filter.limit ?? 50,
  ]);
  return rows.map(toOrder);
}
