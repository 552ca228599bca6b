import type { DailyClose } from '@trading/analytics';
import type { Order, SimulatedFill } from '@trading/execution';
import { tradingDate } from '@trading/model';
import { type AccountView, BarWindow } from '@trading/strategy';
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
 * the account's limits, and placed. An order meets the bars after the one that it was decided on. A strategy that decides on
 * all its symbols at once decides once a moment, without the bars that are missing: the wait for them is over before the next
 * bar comes.
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
  const bySymbol = new Map(symbols.map((one) => [one.symbol, one]));
  /** What the last decision left: for each symbol, or for all of them. */
  const states = new Map<string, unknown>();
  const view = {
    at: 0,
    symbol: '',
    bars: (symbol: string) => bySymbol.get(symbol)?.window,
    account: undefined as AccountView | undefined,
    state: undefined as unknown,
  };
  const decide = (symbol: string, moment: number) => {
    view.at = moment;
    view.symbol = symbol;
    view.account = ready.seesAccount ? account.view() : undefined;
    view.state = states.get(symbol);
    const { wanted, state } = ready.decide(view);
    if (state !== undefined) states.set(symbol, state);
    for (const each of wanted) {
      signals += 1;
      account.aim(each, new Date(moment), bySymbol.get(each.symbol)?.last ?? null);
    }
  };
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
    let came = false;
    for (const one of symbols) {
      if (one.signals.columns.time[one.nextSignal] !== moment) continue;
      one.nextSignal += 1;
      one.window.show(one.nextSignal);
      came = true;
      if (!ready.together) decide(one.symbol, moment);
    }
    if (ready.together && came) decide('', moment);
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
