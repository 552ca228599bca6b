import type { Sql } from '@trading/database';
import { ORDER_COLUMNS, type Order, type OrderRow, toOrder } from '../../orders/order';

// The list of states is the partial index's, word for word: without it the planner can't use that index.
const TEXT = `
SELECT ${ORDER_COLUMNS} FROM execution.orders AS o
 WHERE symbol = $1 AND status IN ('pending', 'submitted', 'partially_filled') AND status <> 'pending'
   AND NOT EXISTS (SELECT FROM execution.broker_accounts AS b WHERE b.account_id = o.account_id)
 ORDER BY decided_at, id
   FOR UPDATE OF o`;

/** The orders of a symbol that the paper broker is working on, first decided first; locked until the transaction ends. */
export async function readWorkingOrders(sql: Sql, symbol: string): Promise<Order[]> {
  const rows = await sql.query<OrderRow>(TEXT, [symbol], 'execution.readWorkingOrders');
  return rows.map(toOrder);
}
