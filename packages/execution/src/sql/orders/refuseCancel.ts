import type { Sql } from '@trading/database';
import type { Order } from '../../orders/order';

const TEXT = 'SELECT risk_management.refuse_cancel($1, $2, $3) AS refusal';

/** Asks risk whether an order may be cancelled: why it may not, or null where it may. */
export async function refuseCancel(sql: Sql, order: Order): Promise<string | null> {
  const rows = await sql.query<{ refusal: string | null }>(
    TEXT,
    [order.accountId, order.strategyId, order.symbol],
    'execution.refuseCancel',
  );
  return rows[0]?.refusal ?? null;
}
