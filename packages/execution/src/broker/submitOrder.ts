import { poolSql } from '@trading/database';
import { isTradingError, TradingError } from '@trading/model';
import type { Order } from '../order';
import { readOrder } from '../sql/readOrder';
import { isTerminal } from '../transitions';
import { type DeskContext, inDeskWork } from './deskContext';
import { recordAcceptance, recordRejection } from './recordState';
import type { BrokerOrder } from './remoteBroker';

/** What came of handing an order over. */
export type Submission = 'submitted' | 'rejected' | 'held' | 'unknown';

/**
 * Hands a pending order to the broker under its own id, and records the answer; a replacement is asked for as one. Nothing
 * is lost by dying in between: the order stays pending, and handed over again the broker answers that it has it.
 * `unknown` is a broker that can't be reached, `held` a kill switch that was set since the order was allowed, or a
 * replacement of what the broker doesn't have yet.
 */
export async function submitOrder(desk: DeskContext, order: Order): Promise<Submission> {
  const refusal = await inDeskWork(desk, (work) => desk.risk.refuseSubmission(work.tx, order.orderId));
  if (refusal !== null) return 'held';
  try {
    const replaced = await replacedAtBroker(desk, order);
    if (replaced === 'not there yet') return 'held';
    desk.step('before submit');
    const accepted = await placeOnce(desk, order, replaced);
    desk.step('before record');
    await recordAcceptance(desk, order.orderId, accepted);
    desk.step('after record');
    await cancelWhatWasCancelled(desk, order.orderId, accepted);
    return 'submitted';
  } catch (error) {
    if (isTradingError(error, 'BROKER.UNAVAILABLE')) return 'unknown';
    if (!isTradingError(error, 'BROKER.REJECTED')) throw error;
    await recordRejection(desk, order.orderId, error.message);
    return 'rejected';
  }
}

/** The broker's id of the order that this one is to replace; null where it replaces none. */
async function replacedAtBroker(desk: DeskContext, order: Order): Promise<string | 'not there yet' | null> {
  if (order.replacesOrderId === null) return null;
  const old = await readOrder(poolSql(desk.pool), order.replacesOrderId);
  if (old?.brokerOrderId != null) return old.brokerOrderId;
  if (old !== undefined && !isTerminal(old.status)) return 'not there yet';
  throw new TradingError(
    'BROKER.REJECTED',
    `order ${order.replacesOrderId} can't be replaced: ${desk.broker.name} never had it`,
    { details: { orderId: order.orderId, replacesOrderId: order.replacesOrderId } },
  );
}

/** What the broker refuses may be there from a call whose answer was lost: then that one is the answer. */
async function placeOnce(desk: DeskContext, order: Order, replaced: string | null): Promise<BrokerOrder> {
  try {
    return await (replaced === null ? desk.broker.submit(order) : desk.broker.replace(replaced, order));
  } catch (error) {
    const mayBeThere =
      isTradingError(error, 'BROKER.DUPLICATE_ORDER') ||
      // An order that was replaced can't be replaced again: the refusal doesn't say that it was by this one.
      (replaced !== null && isTradingError(error, 'BROKER.REJECTED'));
    const placedBefore = mayBeThere ? await desk.broker.findOrder(order.orderId) : undefined;
    if (placedBefore === undefined) throw error;
    return placedBefore;
  }
}

/** An order may be cancelled here while it is on its way to the broker, who then works what nobody wants. */
async function cancelWhatWasCancelled(
  desk: DeskContext,
  orderId: string,
  accepted: BrokerOrder,
): Promise<void> {
  const now = await readOrder(poolSql(desk.pool), orderId);
  if (now?.status === 'cancelled' && accepted.state === 'working')
    await desk.broker.cancel(accepted.brokerOrderId);
}
