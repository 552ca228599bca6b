import { bookFill } from '../bookFill';
import { bustFill } from '../bustFill';
import { adoptBrokerId } from '../sql/adoptBrokerId';
import type { BookingOutcome } from '../sql/bookFill';
import { readOrderByBrokerId } from '../sql/readAccountOrders';
import { readOrder } from '../sql/readOrder';
import { transitionOrder } from '../transitionOrder';
import { isTerminal } from '../transitions';
import { type DeskContext, inDeskWork } from './deskContext';
import type { BrokerFill, BrokerMessage, BrokerOrder } from './remoteBroker';
import { recordAcceptance, recordRejection } from './submitOrder';

/** Does what a message of the broker's stream says. Heard twice, or out of order, it comes to the same. */
export async function handleMessage(
  desk: DeskContext,
  message: Exclude<BrokerMessage, { kind: 'connected' }>,
): Promise<void> {
  if (message.kind === 'bust') {
    await inDeskWork(desk, (work) =>
      bustFill(work, desk.riskEvents, {
        accountId: desk.accountId,
        executionId: message.executionId,
        bustedAt: message.at,
      }),
    );
    return;
  }
  if (message.kind === 'fill') {
    await bookBrokerFill(desk, message.fill, message.order.clientOrderId);
    return;
  }
  if (!(await isOurs(desk, message.order))) return;
  if (message.kind === 'accepted') return recordAcceptance(desk, message.order.clientOrderId, message.order);
  if (message.kind === 'rejected') return recordRejection(desk, message.order.clientOrderId, message.reason);
  return recordCancel(desk, message.order.clientOrderId, message.reason, message.at);
}

/** Books an execution under the order that it belongs to; of an unknown order it is raised. */
export function bookBrokerFill(
  desk: DeskContext,
  fill: BrokerFill,
  clientOrderId: string,
): Promise<BookingOutcome> {
  desk.step('before booking');
  return inDeskWork(desk, async (work) => {
    const known = await readOrderByBrokerId(work.tx, desk.accountId, fill.brokerOrderId);
    const orderId = known?.orderId ?? clientOrderId;
    // A fill may be the first that is heard of the order being there.
    if (known === undefined) await adoptBrokerId(work.tx, desk.accountId, orderId, fill.brokerOrderId);
    const { outcome } = await bookFill(work, desk.riskEvents, {
      accountId: desk.accountId,
      orderId,
      executionId: fill.executionId,
      quantity: fill.quantity,
      price: fill.price,
      commission: fill.commission,
      executedAt: fill.executedAt,
    });
    return outcome;
  }).then((outcome) => {
    desk.step('after booking');
    return outcome;
  });
}

/** Cancels an order because the broker did; one that is done stays. */
export function recordCancel(desk: DeskContext, orderId: string, reason: string, at: Date): Promise<void> {
  return inDeskWork(desk, async (work) => {
    const order = await readOrder(work.tx, orderId, { lock: true });
    if (order === undefined || isTerminal(order.status)) return;
    await transitionOrder(work, order, 'cancelled', { event: 'cancelled', reason, occurredAt: at });
  });
}

/** An order that someone else placed in the account is reconciliation's to flag, not ours to move. */
function isOurs(desk: DeskContext, order: BrokerOrder): Promise<boolean> {
  return inDeskWork(desk, async (work) => {
    const known = await readOrder(work.tx, order.clientOrderId);
    return known?.accountId === desk.accountId;
  });
}
