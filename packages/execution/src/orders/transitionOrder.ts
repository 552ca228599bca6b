import { type OrderStatus, TradingError } from '@trading/model';
import { bookReports, type OrderMove } from '../sql/fills/bookReports';
import { readOrder } from '../sql/orders/readOrder';
import { refuseCancel } from '../sql/orders/refuseCancel';
import type { Work } from '../work';
import type { Order } from './order';
import { assertTransition, isTerminal } from './transitions';

/** Why and when an order moves. */
export type TransitionCause = Omit<OrderMove, 'orderId' | 'from' | 'to'>;

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
  const move = { ...cause, orderId: order.orderId, from: order.status, to };
  const [outcome] = await bookReports(work.tx, [{ kind: 'move', move, cause: work.cause }]);
  const now = await requireOrder(work, order.orderId);
  if (outcome === 'moved') return now;
  throw new TradingError(
    'EXECUTION.ILLEGAL_TRANSITION',
    `order ${order.orderId} is ${now.status} by now and was not moved from ${order.status} to ${to}`,
    { transient: true, details: { orderId: order.orderId, from: order.status, to, now: now.status } },
  );
}

/**
 * Cancels an order at somebody's wish. One that is done already is returned as it is.
 *
 * @throws TradingError `EXECUTION.CANCEL_REFUSED` under a halt, `EXECUTION.UNKNOWN_ORDER`
 */
export async function cancelOrder(
  work: Work,
  orderId: string,
  options: { readonly reason: string; readonly occurredAt: Date },
): Promise<Order> {
  const order = await requireOrder(work, orderId, { lock: true });
  if (isTerminal(order.status)) return order;
  await mayCancel(work, order);
  return transitionOrder(work, order, 'cancelled', { event: 'cancelled', ...options });
}

/** @throws TradingError `EXECUTION.CANCEL_REFUSED` where a halt keeps the order from being cancelled */
export async function mayCancel({ tx }: Work, order: Order): Promise<void> {
  const refusal = await refuseCancel(tx, order);
  if (refusal === null) return;
  throw new TradingError(
    'EXECUTION.CANCEL_REFUSED',
    `order ${order.orderId} can't be cancelled: ${refusal}`,
    { details: { orderId: order.orderId, refusal } },
  );
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
