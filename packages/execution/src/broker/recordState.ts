import { requireOrder, type TransitionCause, transitionOrder } from '../orders/transitionOrder';
import { isTerminal } from '../orders/transitions';
import { adoptBrokerId } from '../sql/broker/submission';
import { readOrder } from '../sql/orders/readOrder';
import { readReplacement } from '../sql/orders/readReplacement';
import type { BrokerOrder } from './remoteBroker';
import { inSessionWork, type SessionContext } from './sessionContext';

/** Moves a pending order to submitted; one that a fill has moved on already only learns the broker's id. */
export function recordAcceptance(
  session: SessionContext,
  orderId: string,
  accepted: BrokerOrder,
): Promise<void> {
  return inSessionWork(session, async (work) => {
    const order = await requireOrder(work, orderId, { lock: true });
    if (order.status !== 'pending')
      return adoptBrokerId(work.tx, session.accountId, orderId, accepted.brokerOrderId);
    await transitionOrder(work, order, 'submitted', {
      event: 'submitted',
      brokerOrderId: accepted.brokerOrderId,
      occurredAt: session.now(),
    });
  });
}

/** Moves an order that the broker refused to rejected; one that is done stays. A replacement took nobody's place then. */
export function recordRejection(session: SessionContext, orderId: string, reason: string): Promise<void> {
  return inSessionWork(session, async (work) => {
    const order = await requireOrder(work, orderId, { lock: true });
    if (isTerminal(order.status) || order.status === 'partially_filled') return;
    const { replacesOrderId } = order;
    await transitionOrder(work, order, 'rejected', {
      event: 'rejected',
      reason: `rejected: ${reason}`,
      occurredAt: session.now(),
      ...(replacesOrderId === null ? {} : { details: { replaces: replacesOrderId } }),
    });
  });
}

/** Cancels an order because the broker did; one that is done stays. */
export function recordCancel(
  session: SessionContext,
  orderId: string,
  reason: string,
  at: Date,
): Promise<void> {
  return recordEnd(session, orderId, async () => ({ event: 'cancelled', reason, occurredAt: at }));
}

/** Cancels an order because the broker put another in its place; that one keeps the link. */
export function recordReplaced(session: SessionContext, orderId: string, at: Date): Promise<void> {
  return recordEnd(session, orderId, async (tx) => {
    // Nobody's of ours where it was replaced at the broker by hand: reconciliation flags that one.
    const successor = (await readReplacement(tx, orderId)) ?? `another order at ${session.broker.name}`;
    return { event: 'replaced', reason: `replaced by ${successor}`, occurredAt: at };
  });
}

function recordEnd(
  session: SessionContext,
  orderId: string,
  cause: (tx: Parameters<typeof readReplacement>[0]) => Promise<TransitionCause>,
): Promise<void> {
  return inSessionWork(session, async (work) => {
    const order = await readOrder(work.tx, orderId, { lock: true });
    if (order === undefined || isTerminal(order.status)) return;
    await transitionOrder(work, order, 'cancelled', await cause(work.tx));
  });
}
