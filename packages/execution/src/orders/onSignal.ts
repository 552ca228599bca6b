import { createHash } from 'node:crypto';
import type { EventData } from '@trading/model';
import { paperBrokerOf } from '../broker/brokers';
import { type Matching, matchWorkingOrders } from '../matching/matchWorkingOrders';
import { announceMarks } from '../matching/onMarketData';
import { submitOnPaper } from '../matching/submitOnPaper';
import type { PreTradeRisk } from '../ports';
import { readSizing } from '../sql/orders/readSizing';
import { markPositions } from '../sql/positions/markPositions';
import type { Work } from '../work';
import { createOrder } from './createOrder';
import { missingShares } from './missingShares';

type Signal = EventData<'signal_generated'>;

/** The id of the order that a signal asks for: the same signal can't place two. */
export function orderIdOf(signalId: string): string {
  const plain = `o-${signalId}`;
  return plain.length <= 100 ? plain : `o-${createHash('sha256').update(signalId).digest('hex')}`;
}

/**
 * Turns a signal into an order for the difference between what the strategy wants and what is held or working already,
 * see {@link missingShares}. Allowed, it goes to the paper broker at once; for a remote one it waits, pending, until the
 * broker session hands it over after the commit.
 */
export async function onSignal(
  work: Work,
  matching: Matching,
  risk: PreTradeRisk,
  signal: Signal,
): Promise<void> {
  if (signal.signal === 'hold') return;
  const decidedAt = new Date(signal.barTimestamp);
  const { tradingSource } = matching;
  const sizing = await readSizing(work.tx, signal.accountId, signal.symbol, tradingSource, decidedAt);
  const { referencePrice } = sizing;
  if (referencePrice === null) return raiseNoPrice(work, matching, signal);
  const missing = missingShares(signal.targetNotional, { ...sizing, referencePrice });
  if (missing.isZero()) return;
  const order = await createOrder(work, risk, tradingSource, {
    orderId: orderIdOf(signal.signalId),
    accountId: signal.accountId,
    symbol: signal.symbol,
    side: missing.isNegative() ? 'sell' : 'buy',
    quantity: missing.abs(),
    strategyId: signal.strategyId,
    signalId: signal.signalId,
    decidedAt,
  });
  const submitted = await submitOnPaper(work, paperBrokerOf(matching.brokers, order.accountId), order);
  if (submitted.status !== 'submitted') return;
  if (sizing.clock === null || sizing.clock <= decidedAt) return;
  // The market went on while the signal was on its way: the order meets the bars that it has missed.
  await matchWorkingOrders(work, matching, signal.symbol, sizing.clock);
  announceMarks(work, await markPositions(work.tx, signal.symbol, tradingSource, decidedAt, sizing.clock));
}

async function raiseNoPrice(
  work: Work,
  { riskEvents, tradingSource }: Matching,
  signal: Signal,
): Promise<void> {
  await riskEvents.raise(
    work.tx,
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
    work.cause,
  );
}
