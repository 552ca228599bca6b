import type { Sql } from '@trading/database';
import { ORDER_COLUMNS, type Order, type OrderRow, toOrder } from '../../orders/order';

// The list of states is the partial index's, word for word: without it the planner can't use that index.
const WORKING = `
SELECT ${ORDER_COLUMNS} FROM execution.orders
 WHERE account_id = $1 AND status IN ('pending', 'submitted', 'partially_filled') ORDER BY id`;
const BY_BROKER_ID = `SELECT ${ORDER_COLUMNS} FROM execution.orders WHERE account_id = $1 AND broker_order_id = $2`;
const LAST_EXECUTION = `
SELECT max(executed_at) AS at FROM execution.trades WHERE account_id = $1 AND kind = 'fill'`;
const HELD = 'SELECT symbol, quantity FROM execution.positions WHERE account_id = $1 AND quantity <> 0';

/** An account's orders that are not done, oldest first. */
export async function readUnfinishedOrders(sql: Sql, accountId: string): Promise<Order[]> {
  const rows = await sql.query<OrderRow & { [column: string]: unknown }>(WORKING, [accountId]);
  return rows.map(toOrder);
}

/** The order that a broker's id belongs to. */
export async function readOrderByBrokerId(
  sql: Sql,
  accountId: string,
  brokerOrderId: string,
): Promise<Order | undefined> {
  const rows = await sql.query<OrderRow & { [column: string]: unknown }>(BY_BROKER_ID, [
    accountId,
    brokerOrderId,
  ]);
  const row = rows[0];
  return row === undefined ? undefined : toOrder(row);
}

/** When an account's last booked fill was executed; null where there is none. */
export async function readLastExecution(sql: Sql, accountId: string): Promise<Date | null> {
  const rows = await sql.query<{ at: Date | null }>(LAST_EXECUTION, [accountId]);
  return rows[0]?.at ?? null;
}

/** What an account holds, by symbol, as decimal text; flat ones left out. */
export async function readHeld(sql: Sql, accountId: string): Promise<Map<string, string>> {
  const rows = await sql.query<{ symbol: string; quantity: string }>(HELD, [accountId]);
  return new Map(rows.map(({ symbol, quantity }) => [symbol, quantity]));
}
