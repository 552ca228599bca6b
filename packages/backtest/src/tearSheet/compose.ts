import type { AccountHistory, CurvePoint, DatedFill, EquityPoint } from '@trading/analytics';
import type { BarReader, BarSeries } from '@trading/ingestion';
import { Decimal, dailyBarStart, endOfDate, TradingError, tradingDate } from '@trading/model';
import type { BacktestResult } from '../backtestRequest';
import type { TearSheet } from './tearSheet';

/** A series to compare with. */
export interface Benchmark {
  readonly symbol: string;
  /** E.g. `yahoo_adjusted`. */
  readonly dataSource: string;
}

/** A backtest's tear sheet. @throws TradingError `BACKTEST.NO_BENCHMARK`, `DATABASE.*` */
export async function backtestTearSheet(
  bars: BarReader,
  result: BacktestResult,
  options: { readonly benchmark?: Benchmark | undefined; readonly provenance: TearSheet['provenance'] },
): Promise<TearSheet> {
  const { figures, fills, equityCurve } = result;
  return compose(bars, {
    title: `${figures.strategyId} on ${figures.symbols.join(', ')}`,
    subtitle: `Backtest, ${figures.from} to ${figures.to}, ${figures.days.toLocaleString('en-US')} trading days`,
    symbols: figures.symbols,
    series: figures.tradingSource,
    startingEquity: new Decimal(figures.startingEquity),
    curve: equityCurve.map(({ date, equity }) => ({ date, equity: new Decimal(equity) })),
    fills: fills.map((fill) => ({
      date: tradingDate(new Date(fill.executedAt)),
      symbol: fill.symbol,
      side: fill.side,
      quantity: new Decimal(fill.quantity),
      price: new Decimal(fill.price),
      commission: new Decimal(fill.commission),
    })),
    riskFreeRate: new Decimal(0),
    benchmark: options.benchmark,
    provenance: [
      ['Signals of', figures.signalSource],
      ['Fills at', figures.tradingSource],
      ['Bars', figures.bars.toLocaleString('en-US')],
      ['Orders', describeOrders(figures.orders)],
      ['Commission', figures.commission],
      ['Seed', figures.seed === '' ? 'none' : figures.seed],
      ...options.provenance,
    ],
  });
}

/** The tear sheet of a strategy as it traded. @throws TradingError `BACKTEST.NO_BENCHMARK`, `DATABASE.*` */
export async function accountTearSheet(
  bars: BarReader,
  strategyId: string,
  history: AccountHistory,
  benchmark?: Benchmark,
): Promise<TearSheet> {
  const { accountId, startingEquity, curve, fills, series, riskFreeRate } = history;
  const [from, to] = [curve[0]?.date ?? '', curve.at(-1)?.date ?? ''];
  return compose(bars, {
    title: `${strategyId} on account ${accountId}`,
    subtitle: `As traded, ${from} to ${to}, ${curve.length.toLocaleString('en-US')} trading days`,
    symbols: [...new Set(fills.map(({ symbol }) => symbol))],
    series,
    startingEquity,
    curve,
    fills,
    riskFreeRate,
    benchmark,
    provenance: [
      ['Account', accountId],
      ['Valued at the closes of', series],
      ['Risk-free rate', `${riskFreeRate.times(100)} % a year`],
    ],
  });
}

interface Parts {
  readonly title: string;
  readonly subtitle: string;
  readonly symbols: readonly string[];
  readonly series: string;
  readonly startingEquity: Decimal;
  readonly curve: readonly EquityPoint[];
  readonly fills: readonly DatedFill[];
  readonly riskFreeRate: Decimal;
  readonly benchmark: Benchmark | undefined;
  readonly provenance: TearSheet['provenance'];
}

async function compose(bars: BarReader, parts: Parts): Promise<TearSheet> {
  const { title, subtitle, symbols, series, startingEquity, fills, riskFreeRate, benchmark } = parts;
  const curve = parts.curve.map(({ date, equity }) => ({ date, value: equity.toNumber() }));
  const first = curve[0]?.date ?? '';
  const [from, to] = [dailyBarStart(first), endOfDate(curve.at(-1)?.date ?? '')];
  const prices = [];
  for (const symbol of symbols) {
    const range = await bars.range({ symbol, dataSource: series, from, to });
    prices.push({ symbol, closes: dailyCloses(range) });
  }
  let compared: { name: string; closes: CurvePoint[] } | undefined;
  if (benchmark !== undefined) {
    const before = await bars.last({ ...benchmark, to: from }, 1);
    const inside = await bars.range({ ...benchmark, from, to });
    if (inside.length === 0) throw noBenchmark(benchmark, first);
    compared = { name: benchmark.symbol, closes: [...dailyCloses(before), ...dailyCloses(inside)] };
  }
  return {
    title,
    subtitle,
    prices,
    record: {
      startingEquity: startingEquity.toNumber(),
      curve,
      fills: [...fills],
      riskFreeRate: riskFreeRate.toNumber(),
      benchmark: compared,
    },
    provenance:
      benchmark === undefined
        ? parts.provenance
        : [...parts.provenance, ['Benchmark', `${benchmark.symbol}, ${benchmark.dataSource}`]],
  };
}

/** The last close of each trading date. */
function dailyCloses(series: BarSeries): CurvePoint[] {
  const byDate = new Map<string, number>();
  series.prices.close.forEach((close, row) => {
    byDate.set(tradingDate(new Date(series.timestamp[row] ?? Number.NaN)), close);
  });
  return [...byDate].map(([date, value]) => ({ date, value }));
}

function describeOrders(orders: Readonly<Record<string, number>>): string {
  return (
    Object.entries(orders)
      .map(([status, count]) => `${count} ${status}`)
      .join(', ') || 'none'
  );
}

function noBenchmark({ symbol, dataSource }: Benchmark, from: string): TradingError {
  return new TradingError(
    'BACKTEST.NO_BENCHMARK',
    `there are no bars of ${symbol} in ${dataSource} from ${from} on to compare with: load them with \`npx trading ingest\``,
    { details: { symbol, dataSource, from } },
  );
}
