import { parseDataSource } from '@trading/model';
import type { Brokers } from '../broker/brokers';
import { bookFill } from '../fills/bookFill';
import type { Order } from '../orders/order';
import { transitionOrder } from '../orders/transitionOrder';
import type { RiskEvents } from '../ports';
import { readBars } from '../sql/matching/readBars';
import { readWorkingOrders } from '../sql/matching/readWorkingOrders';
import { type MatchedThrough, rememberMatch } from '../sql/matching/rememberMatch';
import type { Work } from '../work';
import { DAY_IS_OVER, dayIsOver } from './dayOrders';
import type { PriceBar } from './fillPrice';
import type { PaperBroker } from './paperBroker';

/** What matching needs besides the work. */
export interface Matching {
  readonly brokers: Brokers;
  readonly riskEvents: RiskEvents;
  /** The series at whose prices orders fill. */
  readonly tradingSource: string;
}

/**
 * Matches the working orders of a symbol, bar by bar, against every bar up to a moment that they have not met yet, and
 * books what fills. An order that was created late catches up, so what comes out depends on the bars alone and not on
 * when the events were handled.
 *
 * @param upTo  start of the last bar to match
 * @returns how many executions were booked
 */
export async function matchWorkingOrders(
  work: Work,
  matching: Matching,
  symbol: string,
  upTo: Date,
): Promise<number> {
  const { paper, remoteAccounts } = matching.brokers;
  let orders = (await readWorkingOrders(work.tx, symbol)).filter(
    (order) => !remoteAccounts.has(order.accountId) && metThrough(order) < upTo,
  );
  if (orders.length === 0) return 0;
  const first = new Date(Math.min(...orders.map((order) => metThrough(order).getTime())));
  const barIsSession = parseDataSource(matching.tradingSource).timeframe === '1d';
  let booked = 0;
  const bars = await readBars(work.tx, symbol, matching.tradingSource, first, upTo);
  for (const bar of bars) {
    if (!barIsSession) orders = await expireDayOrders(work, orders, bar);
    const matched = await matchOneBar(work, paper, matching.riskEvents, orders, bar, barIsSession);
    orders = matched.orders;
    booked += matched.booked;
    if (orders.length === 0) break;
  }
  const last = bars.at(-1);
  const waiting = orders.filter((order) => last !== undefined && order.decidedAt < last.timestamp);
  if (waiting.length > 0) await rememberMatch(work.tx, waiting.map(progressOf));
  return booked;
}

async function matchOneBar(
  work: Work,
  broker: PaperBroker,
  riskEvents: RiskEvents,
  orders: readonly Order[],
  bar: PriceBar,
  barIsSession: boolean,
): Promise<{ orders: Order[]; booked: number }> {
  const next = new Map(orders.map((order) => [order.orderId, order]));
  let booked = 0;
  for (const { order, execution, triggered, cancel } of broker.match(orders, bar, { barIsSession })) {
    let now: Order = {
      ...order,
      matchedThrough: bar.timestamp,
      triggeredAt: triggered ? (order.triggeredAt ?? bar.timestamp) : null,
    };
    if (execution !== null) {
      const booking = await bookFill(work, riskEvents, { ...execution, accountId: order.accountId }, now);
      if (booking.outcome === 'booked') booked += 1;
      now = booking.order ?? now;
    }
    if (cancel !== null && now.status !== 'filled') {
      now = await transitionOrder(work, now, 'cancelled', {
        event: 'expired',
        reason: cancel,
        occurredAt: bar.timestamp,
      });
    }
    if (now.status === 'filled' || now.status === 'cancelled') next.delete(order.orderId);
    else next.set(order.orderId, now);
  }
  return { orders: [...next.values()], booked };
}

async function expireDayOrders(work: Work, orders: readonly Order[], bar: PriceBar): Promise<Order[]> {
  const working: Order[] = [];
  for (const order of orders) {
    if (!dayIsOver(order, bar)) working.push(order);
    else {
      await transitionOrder(work, order, 'cancelled', {
        event: 'expired',
        reason: DAY_IS_OVER,
        occurredAt: bar.timestamp,
      });
    }
  }
  return working;
}

function metThrough(order: Order): Date {
  return order.matchedThrough ?? order.decidedAt;
}

function progressOf(order: Order): MatchedThrough {
  return { orderId: order.orderId, through: metThrough(order), triggeredAt: order.triggeredAt };
}
