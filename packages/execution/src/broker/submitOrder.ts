import { isTradingError } from '@trading/model';
import type { Order } from '../order';
import { adoptBrokerId } from '../sql/adoptBrokerId';
import { requireOrder, transitionOrder } from '../transitionOrder';
import { isTerminal } from '../transitions';
import { type DeskContext, inDeskWork } from './deskContext';
import type { BrokerOrder } from './remoteBroker';

/** What came of handing an order over. */
export type Submission = 'submitted' | 'rejected' | 'held' | 'unknown';

/**
 * Hands a pending order to the broker under its own id, and records the answer. Nothing is lost by dying in between: the
 * order stays pending, and handed over again the broker answers that it has it. `unknown` is a broker that can't be
 * reached, `held` a kill switch that was set since the order was allowed.
 */
export async function submitOrder(desk: DeskContext, order: Order): Promise<Submission> {
  const refusal = await inDeskWork(desk, (work) => desk.risk.refuseSubmission(work.tx, order.orderId));
  if (refusal !== null) return 'held';
  desk.step('before submit');
  try {
    const accepted = await placeOnce(desk, order);
    desk.step('before record');
    await recordAcceptance(desk, order.orderId, accepted);
    desk.step('after record');
    return 'submitted';
  } catch (error) {
    if (isTradingError(error, 'BROKER.UNAVAILABLE')) return 'unknown';
    if (!isTradingError(error, 'BROKER.REJECTED')) throw error;
    await recordRejection(desk, order.orderId, error.message);
    return 'rejected';
  }
}

async function placeOnce(desk: DeskContext, order: Order): Promise<BrokerOrder> {
  try {
    return await desk.broker.submit(order);
  } catch (error) {
    if (!isTradingError(error, 'BROKER.DUPLICATE_ORDER')) throw error;
    const placedBefore = await desk.broker.findOrder(order.orderId);
    if (placedBefore === undefined) throw error;
    return placedBefore;
  }
}

/** Moves a pending order to submitted; one that a fill has moved on already only learns the broker's id. */
export function recordAcceptance(desk: DeskContext, orderId: string, accepted: BrokerOrder): Promise<void> {
  return inDeskWork(desk, async (work) => {
    const order = await requireOrder(work, orderId, { lock: true });
    if (order.status !== 'pending')
      return adoptBrokerId(work.tx, desk.accountId, orderId, accepted.brokerOrderId);
    await transitionOrder(work, order, 'submitted', {
      event: 'submitted',
      brokerOrderId: accepted.brokerOrderId,
      occurredAt: desk.now(),
    });
  });
}

/** Moves an order that the broker refused to rejected; one that is done stays. */
export function recordRejection(desk: DeskContext, orderId: string, reason: string): Promise<void> {
  return inDeskWork(desk, async (work) => {
    const order = await requireOrder(work, orderId, { lock: true });
    if (isTerminal(order.status) || order.status === 'partially_filled') return;
    await transitionOrder(work, order, 'rejected', {
      event: 'rejected',
      reason: `rejected: ${reason}`,
      occurredAt: desk.now(),
    });
  });
}
