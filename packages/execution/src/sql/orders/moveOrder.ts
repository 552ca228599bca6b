import type { Sql } from '@trading/database';
import type { OrderStatus } from '@trading/model';
import { ORDER_COLUMNS, type Order, type OrderRow, toOrder } from '../../orders/order';

const TEXT = `
WITH moved AS (
  UPDATE execution.orders
     SET status = $3::execution.order_status, reason = coalesce($4, reason), broker_order_id = coalesce($5, broker_order_id)
   WHERE order_id = $1 AND status = $2::execution.order_status
  RETURNING ${ORDER_COLUMNS}
), logged AS (
  INSERT INTO execution.execution_logs (order_id, from_status, to_status, event, details, correlation_id)
  SELECT order_id, $2::execution.order_status, $3::execution.order_status, $6, $7, $8 FROM moved
)
SELECT * FROM moved`;

/** One move of an order. */
export interface OrderMove {
  readonly orderId: string;
  readonly from: OrderStatus;
  readonly to: OrderStatus;
  /** What happened, as the log names it. */
  readonly event: string;
  readonly reason?: string;
  readonly brokerOrderId?: string;
  readonly details?: Readonly<Record<string, unknown>>;
  readonly correlationId: string;
}

/** Moves an order and logs it; nothing, and undefined, where it is no longer in the state it was thought to be in. */
export async function moveOrder(sql: Sql, move: OrderMove): Promise<Order | undefined> {
  const rows = await sql.query<OrderRow>(
    TEXT,
    [
      move.orderId,
      move.from,
      move.to,
      move.reason ?? null,
      move.brokerOrderId ?? null,
      move.event,
      move.details === undefined ? null : JSON.stringify(move.details),
      move.correlationId,
    ],
    'execution.moveOrder',
  );
  const row = rows[0];
  return row === undefined ? undefined : toOrder(row);
}
