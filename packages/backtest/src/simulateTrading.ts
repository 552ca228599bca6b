import type { DailyClose } from '@trading/analytics';
import type { Order, SimulatedFill } from '@trading/execution';
import { tradingDate } from '@trading/model';
import { barAt, closeAt, type SymbolBars } from './backtestBars';
import type { BacktestPlan } from './backtestPlan';
import { openJudgedAccount } from './judgedAccount';

/** What trading the bars of a period led to. */
export interface SimulatedTrading {
  /** Buys and sells that the rule asked for. */
  readonly signals: number;
  readonly orders: readonly Order[];
  readonly fills: readonly SimulatedFill[];
  readonly closes: readonly DailyClose[];
}

/**
 * Trades the bars of a period as the services would: at each moment every symbol's bar first fills what works and marks
 * what is held; then the rule sees the signal series up to there and no further, and what it asks for is sized, judged by
 * the account's limits, and placed. An order meets the bars after the one that it was decided on.
 *
 * It yields each moment when it is done with it, so that its caller can tell how far it is, or stop.
 */
export function* simulateTrading(
  plan: BacktestPlan,
  bars: readonly SymbolBars[],
): Generator<Date, SimulatedTrading> {
  const { rule } = plan;
  const account = openJudgedAccount(plan);
  const fills: SimulatedFill[] = [];
  const closes = new Map<string, DailyClose>();
  let signals = 0;
  const symbols = bars.map((series) => ({
    ...series,
    nextBar: 0,
    nextSignal: 0,
    last: series.earlierBar,
    seen: [...series.earlierCloses],
  }));
  for (const moment of momentsOf(bars)) {
    for (const one of symbols) {
      if (one.trading.timestamp[one.nextBar] !== moment) continue;
      const bar = barAt(one.trading, one.nextBar);
      one.nextBar += 1;
      one.last = bar;
      fills.push(...account.meet(one.symbol, bar));
      const date = tradingDate(bar.timestamp);
      closes.set(`${one.symbol} ${date}`, { symbol: one.symbol, date, close: bar.close });
    }
    for (const one of symbols) {
      if (one.signals.timestamp[one.nextSignal] !== moment) continue;
      one.seen.push(closeAt(one.signals, one.nextSignal));
      one.nextSignal += 1;
      if (one.seen.length > rule.closesNeeded) one.seen.shift();
      const verdict = rule.evaluate(one.seen);
      if (verdict.signal === 'hold') continue;
      signals += 1;
      account.decide(one.symbol, verdict, new Date(moment), one.last);
    }
    yield new Date(moment);
  }
  return { signals, orders: account.orders(), fills, closes: [...closes.values()] };
}

/** Every start of a bar of any series, in the order of time. */
export function momentsOf(bars: readonly SymbolBars[]): number[] {
  const moments = new Set(
    bars.flatMap(({ trading, signals }) => [...trading.timestamp, ...signals.timestamp]),
  );
  return [...moments].sort((a, b) => a - b);
}
