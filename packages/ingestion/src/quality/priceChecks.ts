import type { BarSeries } from '../read/barSeries';
import type { CheckedBars, CheckResult } from './finding';

/** A move has to be this many times the series' usual one to be an outlier ... */
const OUTLIER_SIGMAS = 12;
/** ... and at least this large: a quiet series has many that are many times nothing. */
const OUTLIER_RETURN = 0.15;
/** Shares that one share becomes, or the other way round; nearer than this to the ratio of two closes. */
const SPLITS = [2, 3, 4, 5, 6, 7, 8, 10, 15, 20, 25, 50, 100] as const;
const SPLIT_TOLERANCE = 0.03;
const FROZEN_BARS = 5;
const MOST = 100;
/** Median absolute deviation to standard deviation, for a normal distribution: 1 / the normal quantile of 0.75. */
const MAD_TO_SIGMA = 1.4826;

/**
 * Closes that jump by what looks like a split: overnight by one of the usual ratios, within 3 %, and staying there. In
 * a split-adjusted series there is none, so one that was not applied makes it unfit.
 */
export function unappliedSplits({ series, since }: CheckedBars): CheckResult[] {
  return splitRows(series)
    .filter(({ row }) => row >= since)
    .slice(0, MOST)
    .map(({ row, ratio, split }) => ({
      status: 'fail',
      timestamp: startOf(series, row),
      message: `the open is ${ratio > 1 ? `1/${split}` : `${split} times`} of the close before it, like a split that was not applied`,
      details: { ratio, split },
    }));
}

/** Closes far off the one before them, measured against the usual move of the series (median absolute deviation). */
export function outliers({ series, since }: CheckedBars): CheckResult[] {
  const { close } = series.prices;
  const returns = Float64Array.from({ length: Math.max(0, series.length - 1) }, (_, row) =>
    Math.log((close[row + 1] as number) / (close[row] as number)),
  );
  const middle = median(returns);
  const sigma = MAD_TO_SIGMA * median(returns.map((value) => Math.abs(value - middle)));
  const splits = new Set(splitRows(series).map(({ row }) => row));
  const found: CheckResult[] = [];
  for (const [index, value] of returns.entries()) {
    const distance = Math.abs(value - middle);
    if (index + 1 < since) continue;
    // A split is reported as one, not twice.
    if (distance < OUTLIER_RETURN || distance < OUTLIER_SIGMAS * sigma || splits.has(index + 1)) continue;
    found.push({
      status: 'warning',
      timestamp: startOf(series, index + 1),
      message: `the close moved by ${(Math.expm1(value) * 100).toFixed(1)} %; a usual move is ${(sigma * 100).toFixed(2)} %`,
      details: { return: Math.expm1(value), sigma },
    });
  }
  return found.slice(0, MOST);
}

/** Stretches of five bars and more that repeat the bar before them in every price and in volume. */
export function frozenPrices({ series, since }: CheckedBars): CheckResult[] {
  const { open, high, low, close } = series.prices;
  const same = (row: number) =>
    [open, high, low, close].every((column) => column[row] === column[row - 1]) &&
    series.volume[row] === series.volume[row - 1];
  const found: CheckResult[] = [];
  for (let row = 1, begun = 0; row <= series.length; row++) {
    if (row < series.length && same(row)) continue;
    if (row - begun >= FROZEN_BARS && row > since) {
      found.push({
        status: 'warning',
        timestamp: startOf(series, begun),
        message: `${row - begun} bars in a row hold the same prices and volume`,
        details: { bars: row - begun },
      });
    }
    begun = row;
  }
  return found.slice(0, MOST);
}

/** The bars that open at a split's ratio to the close before, and close there too. */
function splitRows(series: BarSeries): { row: number; ratio: number; split: number }[] {
  const { open, close } = series.prices;
  const rows: { row: number; ratio: number; split: number }[] = [];
  for (let row = 1; row < series.length; row++) {
    const before = close[row - 1] as number;
    const ratio = before / (open[row] as number);
    const size = Math.max(ratio, 1 / ratio);
    const split = SPLITS.find((shares) => Math.abs(size / shares - 1) < SPLIT_TOLERANCE);
    const staying = Math.abs(Math.log((close[row] as number) / (open[row] as number))) < 0.25;
    if (split !== undefined && staying) rows.push({ row, ratio, split });
  }
  return rows;
}

function startOf(series: BarSeries, row: number): Date {
  return new Date(series.timestamp[row] as number);
}

function median(values: Float64Array): number {
  if (values.length === 0) return 0;
  const sorted = values.slice().sort();
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1
    ? (sorted[middle] as number)
    : ((sorted[middle - 1] as number) + (sorted[middle] as number)) / 2;
}
