import type { Sql } from '@trading/database';
import { ORDER_COLUMNS, type Order, type OrderRow, toOrder } from '../../orders/order';

const TEXT = `SELECT ${ORDER_COLUMNS} FROM execution.orders WHERE order_id = $1`;

/** One order, or undefined; with `lock`, nobody else changes it until the transaction ends. */
export async function readOrder(
  sql: Sql,
  orderId: string,
  options: { lock?: boolean } = {},
): Promise<Order | undefined> {
  const rows =
    options.lock === true
      ? await sql.query<OrderRow>(`${TEXT} FOR UPDATE`, [orderId], 'execution.lockOrder')
      : await sql.query<OrderRow>(TEXT, [orderId], 'execution.readOrder');
  const row = rows[0];
  return row === undefined ? undefined : toOrder(row);
}
