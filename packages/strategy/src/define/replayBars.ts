import { Decimal } from '@trading/model';
import { type BarColumns, BarWindow, TICKS_PER_UNIT } from './bars';
import type { Wanted } from './decision';
import type { StrategyKind } from './defineStrategy';

/** Bars for a strategy's own test: prices as numbers, one entry a bar. What isn't given is the close; volume is 0. */
export interface TestBars {
  /** Starts of the bars, ISO 8601. */
  readonly time: readonly string[];
  readonly close: readonly number[];
  readonly open?: readonly number[];
  readonly high?: readonly number[];
  readonly low?: readonly number[];
  readonly volume?: readonly number[];
}

/** What a strategy decided at one moment of a replay. */
export interface ReplayedDecision {
  /** Start of the bar, ISO 8601. */
  readonly at: string;
  readonly wanted: readonly Wanted[];
  readonly state: unknown;
}

/**
 * Shows a strategy bar after bar, as live trading would, and gives each decision that says something. For tests of a
 * strategy: no database, no orders, and an account that holds nothing.
 *
 * @throws TradingError as `StrategyKind.prepare` and `ReadyStrategy.decide`
 */
export function replayBars(
  kind: StrategyKind,
  parameters: object,
  series: Readonly<Record<string, TestBars>>,
): ReplayedDecision[] {
  const symbols = Object.keys(series);
  const ready = kind.prepare({
    ...{ kind: kind.kind, accountId: 'TEST', symbols, startingCapital: '100000' },
    ...{ signalSource: 'yahoo_adjusted', tradingSource: 'yahoo' },
    ...parameters,
  });
  const { signalSource: dataSource, startingCapital } = ready.parameters;
  const windows = new Map(
    Object.entries(series).map(([symbol, bars]) => {
      const columns = columnsOf(bars);
      return [
        symbol,
        { columns, window: new BarWindow({ symbol, dataSource }, columns, ready.history), shown: 0 },
      ];
    }),
  );
  const flat = {
    equity: new Decimal(startingCapital),
    cash: new Decimal(startingCapital),
    quantity: () => new Decimal(0),
    orders: () => [],
  };
  const states = new Map<string, unknown>();
  const decisions: ReplayedDecision[] = [];
  const decide = (symbol: string, at: number) => {
    const { wanted, state } = ready.decide({
      ...{ at, symbol, state: states.get(symbol) },
      bars: (name) => windows.get(name)?.window,
      account: ready.seesAccount ? flat : undefined,
    });
    if (state !== undefined) states.set(symbol, state);
    if (wanted.length > 0)
      decisions.push({ at: new Date(at).toISOString(), wanted, state: states.get(symbol) });
  };
  const moments = new Set([...windows.values()].flatMap(({ columns }) => [...columns.time]));
  for (const at of [...moments].sort((a, b) => a - b)) {
    const came = [...windows].filter(([, each]) => each.columns.time[each.shown] === at);
    for (const [, each] of came) {
      each.shown += 1;
      each.window.show(each.shown);
    }
    if (ready.together) decide('', at);
    else for (const [symbol] of came) decide(symbol, at);
  }
  return decisions;
}

function columnsOf({ time, close, volume, ...prices }: TestBars): Required<BarColumns> {
  const ticks = (values: readonly number[]) =>
    Float64Array.from(values, (value) => Math.round(value * TICKS_PER_UNIT));
  const { open = close, high = close, low = close } = prices;
  return {
    time: Float64Array.from(time, (text) => Date.parse(text)),
    ...{ open: ticks(open), high: ticks(high), low: ticks(low), close: ticks(close) },
    volume: Float64Array.from(volume ?? close.map(() => 0)),
  };
}
