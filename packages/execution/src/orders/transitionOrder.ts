import { type OrderStatus, TradingError } from '@trading/model';
import type { PreTradeRisk } from '../ports';
import { moveOrder } from '../sql/orders/moveOrder';
import { readOrder } from '../sql/orders/readOrder';
import type { Work } from '../work';
import { announceOrder } from './announceOrder';
import type { Order } from './order';
import { assertTransition, isTerminal } from './transitions';

/** Why and when an order moves. */
export interface TransitionCause {
  /** What happened, as execution_logs names it. */
  readonly event: string;
  readonly reason?: string;
  readonly brokerOrderId?: string;
  /** What else the log is to keep. */
  readonly details?: Readonly<Record<string, unknown>>;
  /** Market time. */
  readonly occurredAt: Date;
}

/**
 * Moves an order to another state, logs and publishes it.
 *
 * @throws TradingError `EXECUTION.ILLEGAL_TRANSITION`, also where the order moved meanwhile; then nothing changed
 */
export async function transitionOrder(
  work: Work,
  order: Order,
  to: OrderStatus,
  cause: TransitionCause,
): Promise<Order> {
  assertTransition(order.orderId, order.status, to);
  const { occurredAt, ...what } = cause;
  const moved = await moveOrder(work.tx, {
    orderId: order.orderId,
    from: order.status,
    to,
    correlationId: work.cause.correlationId,
    ...what,
  });
  if (moved === undefined) {
    const now = await requireOrder(work, order.orderId);
    throw new TradingError(
      'EXECUTION.ILLEGAL_TRANSITION',
      `order ${order.orderId} is ${now.status} by now and was not moved from ${order.status} to ${to}`,
      { transient: true, details: { orderId: order.orderId, from: order.status, to, now: now.status } },
    );
  }
  announceOrder(work, moved, order.status, occurredAt);
  return moved;
}

/**
 * Cancels an order at somebody's wish. One that is done already is returned as it is.
 *
 * @throws TradingError `EXECUTION.CANCEL_REFUSED` under a halt, `EXECUTION.UNKNOWN_ORDER`
 */
export async function cancelOrder(
  work: Work,
  risk: PreTradeRisk,
  orderId: string,
  options: { readonly reason: string; readonly occurredAt: Date },
): Promise<Order> {
  const order = await requireOrder(work, orderId, { lock: true });
  if (isTerminal(order.status)) return order;
  const refusal = await risk.refuseCancel(work.tx, order);
  if (refusal !== null) {
    throw new TradingError('EXECUTION.CANCEL_REFUSED', `order ${orderId} can't be cancelled: ${refusal}`, {
      details: { orderId, refusal },
    });
  }
  return transitionOrder(work, order, 'cancelled', { event: 'cancelled', ...options });
}

/**
 * Reads an order that has to be there.
 *
 * @throws TradingError `EXECUTION.UNKNOWN_ORDER`
 */
export async function requireOrder(
  work: Work,
  orderId: string,
  options: { lock?: boolean } = {},
): Promise<Order> {
  const order = await readOrder(work.tx, orderId, options);
  if (order !== undefined) return order;
  throw unknownOrder(orderId);
}

/** That there is no order of this id. */
export function unknownOrder(orderId: string): TradingError {
  return new TradingError('EXECUTION.UNKNOWN_ORDER', `there is no order ${orderId}`, {
    details: { orderId },
  });
}
