import type { Sql } from '@trading/database';
import { parseDataSource } from '@trading/model';
import type { Brokers } from '../broker/brokers';
import type { Order } from '../orders/order';
import { bookReports, type OrderReport } from '../sql/fills/bookReports';
import {
  applySplits,
  type BarRange,
  lockWorkingOrders,
  type Market,
  type MatchedThrough,
  markPositions,
  readBars,
  rememberMatch,
} from '../sql/matching/matchRows';
import { DAY_IS_OVER, dayIsOver } from './dayOrders';
import type { PriceBar } from './fillPrice';

/**
 * Bars of any number of markets, in a handler's transaction: fills the orders that they reach, then marks the positions at
 * each market's last close. Splits that the market reaches come first: what they cancel is not filled. Six statements, however many markets: `matchBars(context.tx, brokers, ranges)`.
 *
 * Only orders and positions of a market's own series meet its bars: the series is the order's, its strategy's or its
 * account's. An order meets, bar by bar, every bar up to the end of the range that it has not met yet, so one that was
 * created late catches up, and what comes out depends on the bars alone and not on when the events were handled.
 *
 * @returns how many executions were booked
 * @throws TradingError `DATABASE.*`
 */
export async function matchBars(
  sql: Sql,
  { paper, remoteAccounts }: Brokers,
  ranges: readonly BarRange[],
): Promise<number> {
  const markets = lastOfEach(ranges);
  if (markets.length === 0) return 0;
  await applySplits(sql, markets);
  const working = new Map<string, Order[]>();
  for (const order of await lockWorkingOrders(sql, markets.map(nameOf))) {
    if (remoteAccounts.has(order.accountId)) continue;
    const key = keyOf({ symbol: order.symbol, dataSource: order.tradingSource });
    working.set(key, [...(working.get(key) ?? []), order]);
  }
  const reports: OrderReport[] = [];
  const progress: MatchedThrough[] = [];
  for (const [market, bars] of await barsToMeet(sql, markets, working)) {
    const met = meetBars(paper, market, working.get(keyOf(market)) ?? [], bars);
    reports.push(...met.reports);
    progress.push(...met.progress);
  }
  if (reports.length > 0) await bookReports(sql, reports);
  if (progress.length > 0) await rememberMatch(sql, progress);
  await markPositions(sql, ranges);
  return reports.filter(({ kind }) => kind === 'fill').length;
}

/** The range of each market that ends last: an order is matched against all that it has not met, wherever a range begins. */
function lastOfEach(ranges: readonly BarRange[]): BarRange[] {
  const last = new Map<string, BarRange>();
  for (const range of ranges) {
    const before = last.get(keyOf(range));
    if (before === undefined || before.to < range.to) last.set(keyOf(range), range);
  }
  return [...last.values()];
}

/** The bars that at least one working order of each market has not met. */
async function barsToMeet(
  sql: Sql,
  markets: readonly BarRange[],
  working: ReadonlyMap<string, readonly Order[]>,
): Promise<[BarRange, PriceBar[]][]> {
  const asked = markets.flatMap((market) => {
    const waiting = (working.get(keyOf(market)) ?? []).map((order) => metThrough(order).getTime());
    const after = new Date(Math.min(...waiting));
    return waiting.length > 0 && after < market.to ? [{ ...nameOf(market), after, to: market.to }] : [];
  });
  if (asked.length === 0) return [];
  const bars = new Map<string, PriceBar[]>();
  for (const { bar, ...market } of await readBars(sql, asked)) {
    const of = bars.get(keyOf(market));
    if (of === undefined) bars.set(keyOf(market), [bar]);
    else of.push(bar);
  }
  return markets.flatMap((market): [BarRange, PriceBar[]][] => {
    const met = bars.get(keyOf(market));
    return met === undefined ? [] : [[market, met]];
  });
}

/** What bars make of the working orders of one market: reports in the order in which they happen, and who works on. */
function meetBars(
  paper: Brokers['paper'],
  { dataSource, to, cause }: BarRange,
  working: readonly Order[],
  bars: readonly PriceBar[],
): { readonly reports: OrderReport[]; readonly progress: MatchedThrough[] } {
  const barIsSession = parseDataSource(dataSource).timeframe === '1d';
  const reports: OrderReport[] = [];
  const cancel = (order: Order, reason: string, bar: PriceBar) =>
    reports.push({
      kind: 'move',
      cause,
      move: {
        orderId: order.orderId,
        from: order.status,
        to: 'cancelled',
        event: 'expired',
        reason,
        occurredAt: bar.timestamp,
      },
    });
  const orders = new Map(
    working.filter((order) => metThrough(order) < to).map((order) => [order.orderId, order]),
  );
  for (const bar of bars) {
    if (!barIsSession) {
      for (const order of orders.values()) {
        if (!dayIsOver(order, bar)) continue;
        cancel(order, DAY_IS_OVER, bar);
        orders.delete(order.orderId);
      }
    }
    for (const match of paper.match([...orders.values()], bar, { barIsSession })) {
      const { order, execution } = match;
      let now: Order = {
        ...order,
        matchedThrough: bar.timestamp,
        triggeredAt: match.triggered ? (order.triggeredAt ?? bar.timestamp) : null,
      };
      if (execution !== null) {
        reports.push({ kind: 'fill', cause, fill: { ...execution, accountId: order.accountId } });
        const filledQuantity = now.filledQuantity.plus(execution.quantity);
        const status = filledQuantity.eq(now.quantity) ? 'filled' : 'partially_filled';
        now = { ...now, filledQuantity, status };
      }
      if (match.cancel !== null && now.status !== 'filled') {
        cancel(now, match.cancel, bar);
        now = { ...now, status: 'cancelled' };
      }
      if (now.status === 'filled' || now.status === 'cancelled') orders.delete(order.orderId);
      else orders.set(order.orderId, now);
    }
    if (orders.size === 0) break;
  }
  const last = bars.at(-1);
  const waiting = [...orders.values()].filter(
    (order) => last !== undefined && order.decidedAt < last.timestamp,
  );
  return {
    reports,
    progress: waiting.map((order) => ({
      orderId: order.orderId,
      through: metThrough(order),
      triggeredAt: order.triggeredAt,
    })),
  };
}

function metThrough(order: Order): Date {
  return order.matchedThrough ?? order.decidedAt;
}

function nameOf({ symbol, dataSource }: Market): Market {
  return { symbol, dataSource };
}

function keyOf({ symbol, dataSource }: Market): string {
  return `${symbol}\n${dataSource}`;
}
