import type { BarSeries, PriceColumns } from './barSeries';

/** Several symbols on one axis of time. */
export interface AlignedBars {
  /** Starts of the bars, milliseconds since 1970 in UTC, ascending. */
  readonly timestamp: Float64Array;
  readonly symbols: readonly {
    readonly symbol: string;
    /** Floating point; NaN where the symbol has no bar. */
    readonly prices: PriceColumns<Float64Array>;
    /** Floating point; NaN where the symbol has no bar. */
    readonly volume: Float64Array;
  }[];
}

/** `inner`: the starts at which every symbol has a bar; `outer`: those at which any has. */
export type Alignment = 'inner' | 'outer';

/** Lays series onto one axis. Each must be in the order of time. */
export function alignSeries(series: readonly BarSeries[], alignment: Alignment): AlignedBars {
  const seen = new Map<number, number>();
  for (const { timestamp } of series)
    for (const start of timestamp) seen.set(start, (seen.get(start) ?? 0) + 1);
  const starts = [...seen].filter(([, count]) => alignment === 'outer' || count === series.length);
  const timestamp = Float64Array.from(starts, ([start]) => start).sort();
  return { timestamp, symbols: series.map((one) => ({ symbol: one.symbol, ...laidOut(one, timestamp) })) };
}

function laidOut(
  series: BarSeries,
  axis: Float64Array,
): { prices: PriceColumns<Float64Array>; volume: Float64Array } {
  const rows = new Int32Array(axis.length).fill(-1);
  let row = 0;
  for (let at = 0; at < axis.length; at++) {
    while (row < series.length && (series.timestamp[row] as number) < (axis[at] as number)) row++;
    if (series.timestamp[row] === axis[at]) rows[at] = row;
  }
  const pick = (column: Float64Array) =>
    Float64Array.from(rows, (at) => (at < 0 ? Number.NaN : (column[at] as number)));
  const { open, high, low, close } = series.prices;
  return {
    prices: { open: pick(open), high: pick(high), low: pick(low), close: pick(close) },
    volume: Float64Array.from(rows, (at) => (at < 0 ? Number.NaN : Number(series.volume[at]))),
  };
}
