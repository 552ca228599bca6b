import { poolSql } from '@trading/database';
import { bustFill } from '../bustFill';
import { resolveExecution } from '../sql/executionNames';
import { readOrder } from '../sql/readOrder';
import { bookBrokerFill, bookMissingFills } from './bookBrokerFill';
import { type DeskContext, inDeskWork } from './deskContext';
import { recordAcceptance, recordCancel, recordRejection, recordReplaced } from './recordState';
import type { BrokerMessage, BrokerOrder } from './remoteBroker';

/** Does what a message of the broker's stream says. Heard twice, or out of order, it comes to the same. */
export async function handleMessage(
  desk: DeskContext,
  message: Exclude<BrokerMessage, { kind: 'connected' }>,
): Promise<void> {
  switch (message.kind) {
    case 'bust':
      return takeBack(desk, message.executionId, message.at);
    case 'correction':
      await takeBack(desk, message.executionId, message.at);
      return void (await bookBrokerFill(desk, message.fill, message.order.clientOrderId));
    case 'fill':
      return void (await bookBrokerFill(desk, message.fill, message.order.clientOrderId));
    default:
      return follow(desk, message);
  }
}

/** Takes an execution back, by whichever of its names the broker means it. */
async function takeBack(desk: DeskContext, name: string, bustedAt: Date): Promise<void> {
  const { accountId } = desk;
  // Its fill may still be on the way, or have been missed.
  if ((await resolveExecution(poolSql(desk.pool), accountId, name)) === null) await bookMissingFills(desk);
  desk.step('before bust');
  await inDeskWork(desk, async (work) => {
    const executionId = (await resolveExecution(work.tx, accountId, name)) ?? name;
    await bustFill(work, desk.riskEvents, { accountId, executionId, bustedAt });
  });
  desk.step('after bust');
}

async function follow(
  desk: DeskContext,
  { kind, order, reason, at }: Extract<BrokerMessage, { reason: string }>,
): Promise<void> {
  // An order that someone else placed in the account is reconciliation's to flag, not ours to move.
  if (!(await isOurs(desk, order))) return;
  const orderId = order.clientOrderId;
  if (kind === 'accepted') return recordAcceptance(desk, orderId, order);
  if (kind === 'rejected') return recordRejection(desk, orderId, reason);
  if (kind === 'replaced') return recordReplaced(desk, orderId, at);
  return recordCancel(desk, orderId, reason, at);
}

async function isOurs(desk: DeskContext, order: BrokerOrder): Promise<boolean> {
  const known = await readOrder(poolSql(desk.pool), order.clientOrderId);
  return known?.accountId === desk.accountId;
}
