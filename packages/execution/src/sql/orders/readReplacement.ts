import type { Sql } from '@trading/database';

const READ = 'SELECT order_id FROM execution.orders WHERE replaces_order_id = $1';

/** The order that took, or is to take, another's place. */
export async function readReplacement(sql: Sql, orderId: string): Promise<string | undefined> {
  return (await sql.query<{ order_id: string }>(READ, [orderId]))[0]?.order_id;
}
