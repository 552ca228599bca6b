import type { Sql } from '@trading/database';
import { ORDER_COLUMNS, type Order, type OrderRow, toOrder } from '../../orders/order';

const READ = `SELECT ${ORDER_COLUMNS} FROM execution.orders WHERE order_id = $1`;
const LOCK = `SELECT ${ORDER_COLUMNS} FROM execution.lock_order($1)`;

/** One order, or undefined; with `lock`, nobody else changes it until the transaction ends. */
export async function readOrder(
  sql: Sql,
  orderId: string,
  options: { lock?: boolean } = {},
): Promise<Order | undefined> {
  const rows =
    options.lock === true
      ? await sql.query<OrderRow>(LOCK, [orderId], 'execution.lockOrder')
      : await sql.query<OrderRow>(READ, [orderId], 'execution.readOrder');
  const row = rows[0];
  return row === undefined ? undefined : toOrder(row);
}
