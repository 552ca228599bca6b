import type { PriceBar } from '@trading/execution';
import type { BarReader, BarSeries } from '@trading/ingestion';
import { Decimal, dailyBarStart, endOfDate, TradingError } from '@trading/model';
import type { BarColumns } from '@trading/strategy';
import type { BacktestPlan } from './backtestPlan';

/** One symbol's bars of a backtest, and what was known before its first. */
export interface SymbolBars {
  readonly symbol: string;
  readonly trading: BarSeries;
  /** The signal series, with as many bars before the period as the strategy wants to see. */
  readonly signals: { readonly columns: BarColumns; readonly dataSource: string; readonly length: number };
  /** The row of `signals` that the period begins with. */
  readonly firstSignal: number;
  /** The last bar of the trading series before the period. */
  readonly earlierBar: PriceBar | null;
}

const ONE_TICK = '0.0001';

/** Reads all bars of a backtest. @throws TradingError `BACKTEST.NO_BARS` naming the series, `DATABASE.*` */
export async function readBars(reader: BarReader, plan: BacktestPlan): Promise<SymbolBars[]> {
  const { symbols, tradingSource, signalSource } = plan.ready.parameters;
  const from = dailyBarStart(plan.from);
  const to = endOfDate(plan.to);
  const read = async (symbol: string, dataSource: string) => {
    const series = await reader.range({ symbol, dataSource, from, to });
    if (series.length > 0) return series;
    throw new TradingError(
      'BACKTEST.NO_BARS',
      `there are no bars of ${symbol} in ${dataSource} from ${plan.from} to ${plan.to}: load them with \`npx trading ingest\``,
      { details: { symbol, dataSource, from: plan.from, to: plan.to } },
    );
  };
  const bars: SymbolBars[] = [];
  for (const symbol of symbols) {
    const trading = await read(symbol, tradingSource);
    const signals = await read(symbol, signalSource);
    const earlier = await reader.last({ symbol, dataSource: signalSource, to: from }, plan.ready.history);
    const before = await reader.last({ symbol, dataSource: tradingSource, to: from }, 1);
    bars.push({
      symbol,
      trading,
      signals: {
        columns: joined(earlier, signals),
        dataSource: signalSource,
        length: earlier.length + signals.length,
      },
      firstSignal: earlier.length,
      earlierBar: before.length === 0 ? null : barAt(before, 0),
    });
  }
  return bars;
}

/** A row of a series, exactly. */
export function barAt(series: BarSeries, row: number): PriceBar {
  const { open, high, low, close } = series.exact;
  return {
    timestamp: new Date(series.timestamp[row] ?? Number.NaN),
    open: price(open[row]),
    high: price(high[row]),
    low: price(low[row]),
    close: price(close[row]),
    volume: series.volume[row] ?? 0n,
  };
}

/** The columns of two series, one after the other. */
function joined(first: BarSeries, second: BarSeries): BarColumns {
  const column = (of: (series: BarSeries) => Float64Array) => {
    const both = new Float64Array(first.length + second.length);
    both.set(of(first));
    both.set(of(second), first.length);
    return both;
  };
  return {
    time: column(({ timestamp }) => timestamp),
    open: column(({ ticks }) => ticks.open),
    high: column(({ ticks }) => ticks.high),
    low: column(({ ticks }) => ticks.low),
    close: column(({ ticks }) => ticks.close),
    volume: column(({ volume }) => Float64Array.from(volume, Number)),
  };
}

function price(ticks: bigint | undefined): Decimal {
  return new Decimal(String(ticks)).times(ONE_TICK);
}
