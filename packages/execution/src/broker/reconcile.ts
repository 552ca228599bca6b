import { createHash } from 'node:crypto';
import { poolSql } from '@trading/database';
import { Decimal, type Severity } from '@trading/model';
import type { Order } from '../orders/order';
import { isTerminal } from '../orders/transitions';
import { readHeld, readUnfinishedOrders } from '../sql/orders/readAccountOrders';
import { readOrder } from '../sql/orders/readOrder';
import { raiseRiskEvent } from '../sql/raiseRiskEvent';
import { bookMissingFills } from './bookBrokerFill';
import { recordAcceptance, recordCancel, recordRejection, recordReplaced } from './recordState';
import type { BrokerOrder } from './remoteBroker';
import { inSessionWork, type SessionContext } from './sessionContext';

/** Something that differs between the broker and us, and that nobody may make up for. */
export interface Difference {
  readonly kind:
    | 'order_missing_at_broker'
    | 'unknown_order_at_broker'
    | 'order_still_open_at_broker'
    | 'filled_quantity'
    | 'position';
  /** The order or symbol. */
  readonly id: string;
  readonly ours: string;
  readonly theirs: string;
}

/** What a reconciliation found and did. */
export interface ReconciliationReport {
  /** Fills that were missing here, and are booked now. */
  readonly fillsBooked: number;
  /** Orders whose state was brought up to the broker's. */
  readonly ordersMoved: number;
  /** What is left; each is raised as a risk event once. */
  readonly differences: readonly Difference[];
}

/**
 * Brings our books up to the broker's: missing fills are booked, states follow, and what still differs is raised with both
 * values. Nothing is invented: without an execution to book, a difference stays a difference.
 *
 * @throws TradingError `BROKER.*`, `DATABASE.*`
 */
export async function reconcile(session: SessionContext): Promise<ReconciliationReport> {
  session.step('before reconcile');
  const sql = poolSql(session.pool);
  // Before the broker is asked: what is handed over meanwhile isn't missed there.
  const unfinished = await readUnfinishedOrders(sql, session.accountId);
  const open = await session.broker.openOrders();
  const fillsBooked = await bookMissingFills(session);
  const differences: Difference[] = [];
  let ordersMoved = 0;
  for (const order of unfinished) {
    const theirs =
      open.find(({ clientOrderId }) => clientOrderId === order.orderId) ??
      (await session.broker.findOrder(order.orderId));
    const { moved, difference } = await compareOrder(session, order, theirs);
    if (moved) ordersMoved += 1;
    if (difference !== undefined) differences.push(difference);
  }
  for (const theirs of open) {
    const difference = await compareOpen(session, theirs);
    if (difference !== undefined) differences.push(difference);
  }
  differences.push(...(await comparePositions(session)));
  for (const difference of differences) await raiseDifference(session, difference);
  session.step('after reconcile');
  return { fillsBooked, ordersMoved, differences };
}

async function compareOrder(
  session: SessionContext,
  before: Order,
  theirs: BrokerOrder | undefined,
): Promise<{ moved: boolean; difference?: Difference }> {
  if (theirs === undefined) {
    // Not handed over yet, or refused before it got an id: the next submission decides.
    if (before.status === 'pending') return { moved: false };
    return {
      moved: false,
      difference: {
        kind: 'order_missing_at_broker',
        id: before.orderId,
        ours: before.status,
        theirs: 'none',
      },
    };
  }
  await recordAcceptance(session, before.orderId, theirs);
  if (theirs.state === 'cancelled') {
    await recordCancel(session, before.orderId, `cancelled at ${session.broker.name}`, session.now());
  } else if (theirs.state === 'replaced') {
    await recordReplaced(session, before.orderId, session.now());
  } else if (theirs.state === 'rejected') {
    await recordRejection(session, before.orderId, `by ${session.broker.name}`);
  }
  const after = (await readOrder(poolSql(session.pool), before.orderId)) ?? before;
  const moved = after.status !== before.status;
  // Theirs may have filled on since it was asked for; less than ours can't be.
  if (theirs.filledQuantity.lte(after.filledQuantity)) return { moved };
  return {
    moved,
    difference: {
      kind: 'filled_quantity',
      id: before.orderId,
      ours: after.filledQuantity.toString(),
      theirs: theirs.filledQuantity.toString(),
    },
  };
}

/** What works at the broker has to be ours, and not done here. */
async function compareOpen(session: SessionContext, theirs: BrokerOrder): Promise<Difference | undefined> {
  const ours = await readOrder(poolSql(session.pool), theirs.clientOrderId);
  const what = { id: theirs.clientOrderId, theirs: `${theirs.side} ${theirs.quantity} ${theirs.symbol}` };
  if (ours === undefined || ours.accountId !== session.accountId) {
    return { kind: 'unknown_order_at_broker', ours: 'none', ...what };
  }
  return isTerminal(ours.status)
    ? { kind: 'order_still_open_at_broker', ours: ours.status, ...what }
    : undefined;
}

async function comparePositions(session: SessionContext): Promise<Difference[]> {
  const theirs = new Map(
    (await session.broker.positions()).map(({ symbol, quantity }) => [symbol, quantity]),
  );
  const ours = await readHeld(poolSql(session.pool), session.accountId);
  const differences: Difference[] = [];
  for (const symbol of new Set([...theirs.keys(), ...ours.keys()])) {
    const here = new Decimal(ours.get(symbol) ?? 0);
    const there = theirs.get(symbol) ?? new Decimal(0);
    if (here.eq(there)) continue;
    differences.push({ kind: 'position', id: symbol, ours: here.toString(), theirs: there.toString() });
  }
  return differences;
}

const SEVERITY: Readonly<Record<Difference['kind'], Severity>> = {
  order_missing_at_broker: 'critical',
  unknown_order_at_broker: 'warning',
  order_still_open_at_broker: 'critical',
  filled_quantity: 'critical',
  position: 'critical',
};

async function raiseDifference(session: SessionContext, difference: Difference): Promise<void> {
  const { kind, id, ours, theirs } = difference;
  const key = createHash('sha256')
    .update([session.accountId, kind, id, ours, theirs].join('\n'))
    .digest('hex');
  await inSessionWork(session, (work) =>
    raiseRiskEvent(
      work.tx,
      {
        riskEventId: `reconcile-${key.slice(0, 40)}`,
        accountId: session.accountId,
        eventType: `reconcile_${kind}`,
        severity: SEVERITY[kind],
        message: `${kind.replaceAll('_', ' ')} (${id}): ours is ${ours}, ${session.broker.name} says ${theirs}`,
        data: { id, ours, theirs, broker: session.broker.name },
        occurredAt: session.now(),
      },
      work.cause,
    ),
  );
}
