import type { Sql } from '@trading/database';

const TEXT = `
UPDATE execution.orders SET broker_order_id = $3 WHERE account_id = $1 AND order_id = $2 AND broker_order_id IS NULL`;

/** Notes the broker's id of an order that moved on before its acceptance was heard of. */
export async function adoptBrokerId(
  sql: Sql,
  accountId: string,
  orderId: string,
  brokerOrderId: string,
): Promise<void> {
  await sql.query(TEXT, [accountId, orderId, brokerOrderId]);
}
