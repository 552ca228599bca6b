import { poolSql } from '@trading/database';
import { adoptBrokerId } from '../sql/broker/submission';
import { type BookingOutcome, bookReports } from '../sql/fills/bookReports';
import { findExecution, readBookedExecutions, rememberExecution } from '../sql/fills/executionNames';
import { readLastExecution, readOrderByBrokerId } from '../sql/orders/readAccountOrders';
import { readOrder } from '../sql/orders/readOrder';
import type { BrokerFill } from './remoteBroker';
import { inSessionWork, type SessionContext } from './sessionContext';

/** A stream may deliver a fill later than a younger one: what is asked for overlaps what is known by this much. */
const OVERLAP_MS = 24 * 3_600_000;

/**
 * Books an execution under the order that it belongs to; of an unknown order it is raised. One that the other of the
 * broker's sources reported before, be it under another name, is booked already.
 */
export async function bookBrokerFill(
  session: SessionContext,
  fill: BrokerFill,
  clientOrderId: string,
): Promise<BookingOutcome> {
  session.step('before booking');
  const outcome = await inSessionWork(session, async (work) => {
    const { accountId } = session;
    const known = await readOrderByBrokerId(work.tx, accountId, fill.brokerOrderId);
    const orderId = known?.orderId ?? clientOrderId;
    // Whoever else hears of this order's executions waits: two reports of one are looked at in turn.
    await readOrder(work.tx, orderId, { lock: true });
    // A fill may be the first that is heard of the order being there.
    if (known === undefined) await adoptBrokerId(work.tx, accountId, orderId, fill.brokerOrderId);
    const executionId = (await findExecution(work.tx, accountId, orderId, fill)) ?? fill.executionId;
    const { quantity, price, commission, executedAt } = fill;
    const reported = { accountId, orderId, executionId, quantity, price, commission, executedAt };
    const [outcome] = await bookReports(work.tx, [{ kind: 'fill', fill: reported, cause: work.cause }]);
    if (outcome === 'booked' || outcome === 'late' || outcome === 'duplicate')
      await rememberExecution(work.tx, accountId, fill, executionId);
    return outcome as BookingOutcome;
  });
  session.step('after booking');
  return outcome;
}

/** Asks the broker for its executions and books those that are missing here. @returns how many were */
export async function bookMissingFills(session: SessionContext): Promise<number> {
  const sql = poolSql(session.pool);
  const last = await readLastExecution(sql, session.accountId);
  const fills = await session.broker.fillsSince(new Date(Math.max(0, (last?.getTime() ?? 0) - OVERLAP_MS)));
  const ids = fills.map(({ executionId }) => executionId);
  const booked = await readBookedExecutions(sql, session.accountId, ids);
  // Those first that bear the very name of a booked one: what is left of the booked ones may have two names.
  const inTurn = [
    ...fills.filter(({ executionId }) => booked.has(executionId)),
    ...fills.filter(({ executionId }) => !booked.has(executionId)),
  ];
  let missing = 0;
  for (const fill of inTurn) {
    const outcome = await bookBrokerFill(session, fill, await clientOrderIdOf(session, fill));
    if (outcome === 'booked' || outcome === 'late') missing += 1;
  }
  return missing;
}

/** An execution may name the broker's order only, and we may have died before we heard that id. */
async function clientOrderIdOf(session: SessionContext, fill: BrokerFill): Promise<string> {
  if (fill.clientOrderId !== null) return fill.clientOrderId;
  const known = await readOrderByBrokerId(poolSql(session.pool), session.accountId, fill.brokerOrderId);
  if (known !== undefined) return known.orderId;
  return (await session.broker.findOrderById(fill.brokerOrderId))?.clientOrderId ?? fill.brokerOrderId;
}
