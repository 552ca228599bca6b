import type { DailyClose } from '@trading/analytics';
import type { Order, SimulatedFill } from '@trading/execution';
import { tradingDate } from '@trading/model';
import { BarWindow } from '@trading/strategy';
import { barAt, type SymbolBars } from './backtestBars';
import type { BacktestPlan } from './backtestPlan';
import { openJudgedAccount } from './judgedAccount';

/** What trading the bars of a period led to. */
export interface SimulatedTrading {
  /** Targets that the strategy named. */
  readonly signals: number;
  readonly orders: readonly Order[];
  readonly fills: readonly SimulatedFill[];
  readonly closes: readonly DailyClose[];
}

/**
 * Trades the bars of a period as the services would: at each moment every symbol's bar first fills what works and marks
 * what is held; then the strategy sees the signal series up to there and no further, and what it asks for is sized, judged by
 * the account's limits, and placed. An order meets the bars after the one that it was decided on.
 *
 * It yields each moment when it is done with it, so that its caller can tell how far it is, or stop.
 */
export function* simulateTrading(
  plan: BacktestPlan,
  bars: readonly SymbolBars[],
): Generator<Date, SimulatedTrading> {
  const { ready } = plan;
  const account = openJudgedAccount(plan);
  const fills: SimulatedFill[] = [];
  const closes = new Map<string, DailyClose>();
  let signals = 0;
  const symbols = bars.map((series) => ({
    ...series,
    nextBar: 0,
    nextSignal: series.firstSignal,
    last: series.earlierBar,
    window: new BarWindow(
      { ...series.signals, symbol: series.symbol },
      series.signals.columns,
      ready.history,
    ),
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
      if (one.signals.columns.time[one.nextSignal] !== moment) continue;
      one.nextSignal += 1;
      for (const wanted of ready.decide(one.symbol, one.window.show(one.nextSignal))) {
        signals += 1;
        const last = symbols.find(({ symbol }) => symbol === wanted.symbol)?.last ?? null;
        account.aim(wanted, new Date(moment), last);
      }
    }
    yield new Date(moment);
  }
  return { signals, orders: account.orders(), fills, closes: [...closes.values()] };
}

/** Every start of a bar of any series, in the order of time. */
export function momentsOf(bars: readonly SymbolBars[]): number[] {
  const moments = new Set(
    bars.flatMap(({ trading, signals, firstSignal }) => [
      ...trading.timestamp,
      ...signals.columns.time.subarray(firstSignal),
    ]),
  );
  return [...moments].sort((a, b) => a - b);
}
