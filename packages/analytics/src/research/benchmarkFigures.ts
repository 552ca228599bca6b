import { type CurvePoint, dailyReturns } from './equityCurve';
import { DAYS_A_YEAR } from './returnFigures';
import { deviation, mean, ratio } from './statistics';

/** A curve against another. Fractions; null where a figure is not defined. */
export interface BenchmarkFigures {
  /** Trading dates that both have a return on. */
  readonly days: number;
  /** cov(r, b) / var(b). */
  readonly beta: number | null;
  /** 252 (mean(r - rf) - beta mean(b - rf)). */
  readonly alpha: number | null;
  readonly correlation: number | null;
  /** mean(r - b) / std(r - b, ddof 1) x sqrt(252). */
  readonly informationRatio: number | null;
  /** Of the benchmark, from its first to its last close. */
  readonly totalReturn: number | null;
}

/**
 * Compares daily returns with those of a benchmark, on the dates that both have.
 *
 * @param dates  of `returns`, in order
 * @param benchmark  closes in order of date; the first has no return
 * @param riskFreeRate  a year's, as a fraction
 */
export function benchmarkFigures(
  dates: readonly string[],
  returns: Float64Array,
  benchmark: readonly CurvePoint[],
  riskFreeRate: number,
): BenchmarkFigures {
  const [first, ...rest] = benchmark;
  const theirs = first === undefined ? new Float64Array() : dailyReturns(first.value, rest);
  const byDate = new Map(rest.map(({ date }, day) => [date, theirs[day] ?? 0]));
  const common = dates.flatMap((date, day) => (byDate.has(date) ? [day] : []));
  const ours = Float64Array.from(common, (day) => returns[day] ?? 0);
  const benchmarks = Float64Array.from(common, (day) => byDate.get(dates[day] ?? '') ?? 0);
  const [mine, market] = [mean(ours), mean(benchmarks)];
  const variance = covariance(benchmarks, benchmarks);
  const beta = ratio(covariance(ours, benchmarks), variance);
  const daily = riskFreeRate / DAYS_A_YEAR;
  const active = ours.map((value, day) => value - (benchmarks[day] ?? 0));
  const last = benchmark.at(-1);
  return {
    days: common.length,
    beta,
    alpha: beta === null ? null : DAYS_A_YEAR * (mine - daily - beta * (market - daily)),
    correlation: ratio(covariance(ours, benchmarks), Math.sqrt(variance * covariance(ours, ours))),
    informationRatio: ratio(mean(active) * Math.sqrt(DAYS_A_YEAR), deviation(active)),
    totalReturn:
      first === undefined || last === undefined ? null : ratio(last.value - first.value, first.value),
  };
}

function covariance(one: Float64Array, other: Float64Array): number {
  const [middle, otherMiddle] = [mean(one), mean(other)];
  return mean(one.map((value, index) => (value - middle) * ((other[index] ?? 0) - otherMiddle)));
}
