import { createHash } from 'node:crypto';
import type { Sql } from '@trading/database';
import type { Cause, EventData } from '@trading/model';
import type { Brokers } from '../broker/brokers';
import { matchBars } from '../matching/matchBars';
import { readSizings, type Sizing } from '../sql/orders/readSizings';
import { raiseRiskEvent } from '../sql/raiseRiskEvent';
import { missingShares } from './missingShares';
import { type CausedRequest, placeOrders } from './placeOrders';

/** A signal, and the event that it came with. */
export interface CausedSignal {
  readonly signal: EventData<'signal_generated'>;
  readonly cause: Cause;
}

/**
 * The id of the order that a signal asks for, or of the one at `index` where it asks for several: the same signal can't place
 * an order twice.
 */
export function orderIdOf(signalId: string, index?: number): string {
  const end = index === undefined ? '' : `-${index + 1}`;
  const plain = `o-${signalId}${end}`;
  return plain.length <= 100 ? plain : `o-${createHash('sha256').update(signalId).digest('hex')}${end}`;
}

/**
 * Turns signals into orders, in a handler's transaction: `placeForSignals(context.tx, brokers, signals)`. Each order is for
 * the difference between what the strategy wants and what is held or working already, see {@link missingShares}, or is the
 * one that the signal carries, and fills at the strategy's own series. Signals of one account and symbol are taken one after another, because each is sized by what
 * the one before it did; all others share their statements.
 *
 * @throws TradingError `EXECUTION.*`, `DATABASE.*`
 */
export async function placeForSignals(
  sql: Sql,
  brokers: Brokers,
  signals: readonly CausedSignal[],
): Promise<void> {
  for (const round of inRounds(signals.filter(({ signal }) => signal.signal !== 'hold')))
    await placeRound(sql, brokers, round);
}

/** Rounds with one signal of each account and symbol, in their order. */
function inRounds(signals: readonly CausedSignal[]): CausedSignal[][] {
  const rounds: CausedSignal[][] = [];
  const seen = new Map<string, number>();
  for (const each of signals) {
    const key = `${each.signal.accountId}\n${each.signal.symbol}`;
    const round = seen.get(key) ?? 0;
    seen.set(key, round + 1);
    const members = rounds[round];
    if (members === undefined) rounds.push([each]);
    else members.push(each);
  }
  return rounds;
}

async function placeRound(sql: Sql, brokers: Brokers, signals: readonly CausedSignal[]): Promise<void> {
  const sizings = await readSizings(
    sql,
    signals.map(({ signal }) => ({
      accountId: signal.accountId,
      symbol: signal.symbol,
      tradingSource: signal.tradingSource,
      at: new Date(signal.barTimestamp),
    })),
  );
  const wanted: (CausedRequest & { readonly sizing: Sizing })[] = [];
  for (const [index, caused] of signals.entries()) {
    const sizing = sizings[index];
    if (sizing === undefined) continue;
    const requests = requestsOf(caused, sizing);
    if (requests === 'no price') await raiseNoPrice(sql, caused, sizing.tradingSource);
    else wanted.push(...requests.map((request) => ({ request, cause: caused.cause, sizing })));
  }
  const placed = await placeOrders(sql, brokers, wanted);
  // The market went on while a signal was on its way: its order meets the bars that it has missed.
  const late = wanted.flatMap(({ cause, sizing: { clock, tradingSource } }, index) => {
    const order = placed[index];
    if (order?.status !== 'submitted' || clock === null || clock <= order.decidedAt) return [];
    return [
      {
        symbol: order.symbol,
        dataSource: tradingSource,
        from: order.decidedAt,
        to: clock,
        updated: 0,
        cause,
      },
    ];
  });
  await matchBars(sql, brokers, late);
}

/** The orders that a signal leads to: those that it carries, or one for what is missing, if anything is. */
function requestsOf({ signal }: CausedSignal, sizing: Sizing): CausedRequest['request'][] | 'no price' {
  const { referencePrice, tradingSource } = sizing;
  const common = {
    accountId: signal.accountId,
    symbol: signal.symbol,
    strategyId: signal.strategyId,
    signalId: signal.signalId,
    tradingSource,
    decidedAt: new Date(signal.barTimestamp),
  };
  if (signal.orders !== undefined) {
    return signal.orders.map(({ price, stopPrice, ...order }, index) => ({
      ...common,
      ...order,
      orderId: orderIdOf(signal.signalId, index),
      ...(price === undefined ? {} : { price }),
      ...(stopPrice === undefined ? {} : { stopPrice }),
    }));
  }
  if (referencePrice === null) return 'no price';
  const missing = missingShares(signal, { ...sizing, referencePrice });
  if (missing.isZero()) return [];
  return [
    {
      ...common,
      orderId: orderIdOf(signal.signalId),
      side: missing.isNegative() ? 'sell' : 'buy',
      quantity: missing.abs(),
    },
  ];
}

async function raiseNoPrice(sql: Sql, { signal, cause }: CausedSignal, tradingSource: string): Promise<void> {
  await raiseRiskEvent(
    sql,
    {
      riskEventId: `unpriced-${createHash('sha256').update(signal.signalId).digest('hex').slice(0, 40)}`,
      accountId: signal.accountId,
      eventType: 'order_denied',
      severity: 'warning',
      message:
        `signal ${signal.signalId} denied: no price of ${signal.symbol} in series ${tradingSource} ` +
        `at or before ${signal.barTimestamp}, so no order can be sized`,
      data: {
        signalId: signal.signalId,
        symbol: signal.symbol,
        limit: 'reference_price',
        dataSource: tradingSource,
      },
      occurredAt: new Date(signal.barTimestamp),
    },
    cause,
  );
}
