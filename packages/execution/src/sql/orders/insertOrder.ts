import type { Sql } from '@trading/database';
import type { OrderStatus } from '@trading/model';
import { ORDER_COLUMNS, type Order, type OrderRow, toOrder } from '../../orders/order';
import type { CheckedOrder } from '../../orders/orderRequest';

const TEXT = `
WITH placed AS (
  INSERT INTO execution.orders (order_id, account_id, symbol, side, order_type, time_in_force, quantity, price, stop_price,
      strategy, signal_id, decided_at, status, reason, reference_price, correlation_id, replaces_order_id)
  VALUES ($1, $2, $3, $4::execution.order_side, $5::execution.order_type, $6::execution.time_in_force, $7, $8, $9,
      $10, $11, $12, $13::execution.order_status, $14, $15, $16, $19)
  RETURNING ${ORDER_COLUMNS}
), logged AS (
  INSERT INTO execution.execution_logs (order_id, from_status, to_status, event, details, correlation_id)
  VALUES ($1, NULL, $13::execution.order_status, $17, $18, $16)
)
SELECT * FROM placed`;

/** How an order starts. */
export interface OrderStart {
  readonly status: Extract<OrderStatus, 'pending' | 'rejected'>;
  readonly reason: string | null;
  readonly referencePrice: string | null;
  /** What risk checked. */
  readonly details: Readonly<Record<string, unknown>>;
}

/** Writes a new order with the first row of its log. */
export async function insertOrder(
  sql: Sql,
  order: CheckedOrder,
  start: OrderStart,
  correlationId: string,
): Promise<Order[]> {
  const rows = await sql.query<OrderRow>(
    TEXT,
    [
      order.orderId,
      order.accountId,
      order.symbol,
      order.side,
      order.orderType,
      order.timeInForce,
      order.quantity.toString(),
      order.price?.toString() ?? null,
      order.stopPrice?.toString() ?? null,
      order.strategyId,
      order.signalId,
      order.decidedAt,
      start.status,
      start.reason,
      start.referencePrice,
      correlationId,
      start.status === 'rejected' ? 'denied' : 'created',
      JSON.stringify(start.details),
      // A denied replacement took nobody's place.
      start.status === 'rejected' ? null : order.replacesOrderId,
    ],
    'execution.insertOrder',
  );
  return rows.map(toOrder);
}
