import { poolSql } from '@trading/database';
import { isTradingError, TradingError } from '@trading/model';
import type { Order } from '../orders/order';
import { isTerminal } from '../orders/transitions';
import { denySubmission, refuseSubmission } from '../sql/broker/submission';
import { readOrder } from '../sql/orders/readOrder';
import { recordAcceptance, recordRejection } from './recordState';
import type { BrokerOrder } from './remoteBroker';
import { inSessionWork, type SessionContext } from './sessionContext';

/** What came of handing an order over. */
export type Submission = 'submitted' | 'rejected' | 'held' | 'unknown';

/**
 * Hands a pending order to the broker under its own id, and records the answer; a replacement is asked for as one. Nothing
 * is lost by dying in between: the order stays pending, and handed over again the broker answers that it has it.
 * `unknown` is a broker that can't be reached, `held` a kill switch that was set since the order was allowed, or a
 * replacement of what the broker doesn't have yet. What was decided too long ago by the wall clock (`max_decision_age`) is
 * denied, unless the broker has it from before.
 */
export async function submitOrder(session: SessionContext, order: Order): Promise<Submission> {
  const refusal = await refuseSubmission(poolSql(session.pool), order.orderId);
  if (refusal?.verdict === 'held') return 'held';
  try {
    if (refusal?.verdict === 'denied') return await denyUnlessThere(session, order);
    const replaced = await replacedAtBroker(session, order);
    if (replaced === 'not there yet') return 'held';
    session.step('before submit');
    const accepted = await placeOnce(session, order, replaced);
    session.step('before record');
    await recordAcceptance(session, order.orderId, accepted);
    session.step('after record');
    await cancelWhatWasCancelled(session, order.orderId, accepted);
    return 'submitted';
  } catch (error) {
    if (isTradingError(error, 'BROKER.UNAVAILABLE')) return 'unknown';
    if (!isTradingError(error, 'BROKER.REJECTED')) throw error;
    await recordRejection(session, order.orderId, error.message);
    return 'rejected';
  }
}

/** A session may have died after it handed the order over: then the broker has it, however old the decision is by now. */
async function denyUnlessThere(session: SessionContext, order: Order): Promise<Submission> {
  const there = await session.broker.findOrder(order.orderId);
  if (there === undefined) {
    await inSessionWork(session, (work) => denySubmission(work.tx, order.orderId, work.cause));
    return 'rejected';
  }
  await recordAcceptance(session, order.orderId, there);
  return 'submitted';
}

/** The broker's id of the order that this one is to replace; null where it replaces none. */
async function replacedAtBroker(
  session: SessionContext,
  order: Order,
): Promise<string | 'not there yet' | null> {
  if (order.replacesOrderId === null) return null;
  const old = await readOrder(poolSql(session.pool), order.replacesOrderId);
  if (old?.brokerOrderId != null) return old.brokerOrderId;
  if (old !== undefined && !isTerminal(old.status)) return 'not there yet';
  throw new TradingError(
    'BROKER.REJECTED',
    `order ${order.replacesOrderId} can't be replaced: ${session.broker.name} never had it`,
    { details: { orderId: order.orderId, replacesOrderId: order.replacesOrderId } },
  );
}

/** What the broker refuses may be there from a call whose answer was lost: then that one is the answer. */
async function placeOnce(
  session: SessionContext,
  order: Order,
  replaced: string | null,
): Promise<BrokerOrder> {
  try {
    return await (replaced === null ? session.broker.submit(order) : session.broker.replace(replaced, order));
  } catch (error) {
    const mayBeThere =
      isTradingError(error, 'BROKER.DUPLICATE_ORDER') ||
      // An order that was replaced can't be replaced again: the refusal doesn't say that it was by this one.
      (replaced !== null && isTradingError(error, 'BROKER.REJECTED'));
    const placedBefore = mayBeThere ? await session.broker.findOrder(order.orderId) : undefined;
    if (placedBefore === undefined) throw error;
    return placedBefore;
  }
}

/** An order may be cancelled here while it is on its way to the broker, who then works what nobody wants. */
async function cancelWhatWasCancelled(
  session: SessionContext,
  orderId: string,
  accepted: BrokerOrder,
): Promise<void> {
  const now = await readOrder(poolSql(session.pool), orderId);
  if (now?.status === 'cancelled' && accepted.state === 'working')
    await session.broker.cancel(accepted.brokerOrderId);
}
