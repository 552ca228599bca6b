import { poolSql } from '@trading/database';
import { bustFill } from '../sql/fills/bustFill';
import { resolveExecution } from '../sql/fills/executionNames';
import { readOrder } from '../sql/orders/readOrder';
import { bookBrokerFill, bookMissingFills } from './bookBrokerFill';
import { recordAcceptance, recordCancel, recordRejection, recordReplaced } from './recordState';
import type { BrokerMessage, BrokerOrder } from './remoteBroker';
import { inSessionWork, type SessionContext } from './sessionContext';

/** Does what a message of the broker's stream says. Heard twice, or out of order, it comes to the same. */
export async function handleMessage(
  session: SessionContext,
  message: Exclude<BrokerMessage, { kind: 'connected' }>,
): Promise<void> {
  switch (message.kind) {
    case 'bust':
      return takeBack(session, message.executionId, message.at);
    case 'correction':
      await takeBack(session, message.executionId, message.at);
      return void (await bookBrokerFill(session, message.fill, message.order.clientOrderId));
    case 'fill':
      return void (await bookBrokerFill(session, message.fill, message.order.clientOrderId));
    default:
      return follow(session, message);
  }
}

/** Takes an execution back, by whichever of its names the broker means it. */
async function takeBack(session: SessionContext, name: string, bustedAt: Date): Promise<void> {
  const { accountId } = session;
  // Its fill may still be on the way, or have been missed.
  if ((await resolveExecution(poolSql(session.pool), accountId, name)) === null)
    await bookMissingFills(session);
  session.step('before bust');
  await inSessionWork(session, async (work) => {
    const executionId = (await resolveExecution(work.tx, accountId, name)) ?? name;
    await bustFill(work.tx, { accountId, executionId, bustedAt }, work.cause);
  });
  session.step('after bust');
}

async function follow(
  session: SessionContext,
  { kind, order, reason, at }: Extract<BrokerMessage, { reason: string }>,
): Promise<void> {
  // An order that someone else placed in the account is reconciliation's to flag, not ours to move.
  if (!(await isOurs(session, order))) return;
  const orderId = order.clientOrderId;
  if (kind === 'accepted') return recordAcceptance(session, orderId, order);
  if (kind === 'rejected') return recordRejection(session, orderId, reason);
  if (kind === 'replaced') return recordReplaced(session, orderId, at);
  return recordCancel(session, orderId, reason, at);
}

async function isOurs(session: SessionContext, order: BrokerOrder): Promise<boolean> {
  const known = await readOrder(poolSql(session.pool), order.clientOrderId);
  return known?.accountId === session.accountId;
}
