import { Decimal } from '@trading/model';

/** All that a Sharpe ratio needs to know of a series of returns; exact, so it can grow a return at a time. */
export interface ReturnStatistics {
  readonly count: number;
  readonly sum: Decimal;
  readonly sumOfSquares: Decimal;
}

/** Of no returns at all. */
export const NO_RETURNS: ReturnStatistics = { count: 0, sum: new Decimal(0), sumOfSquares: new Decimal(0) };

/** How a Sharpe ratio is computed; stored with it. */
export interface SharpeMethod {
  /** Periods in a year: 252 for trading days. The ratio is multiplied by its square root. */
  readonly periodsPerYear: number;
  /** A year's risk-free rate as a fraction; each period bears an equal part of it. */
  readonly riskFreeRate: Decimal;
}

/** Daily returns against nothing. */
export const DAILY_SHARPE: SharpeMethod = { periodsPerYear: 252, riskFreeRate: new Decimal(0) };

/** The statistics with one return more. */
export function addReturn(statistics: ReturnStatistics, value: Decimal): ReturnStatistics {
  return {
    count: statistics.count + 1,
    sum: statistics.sum.plus(value),
    sumOfSquares: statistics.sumOfSquares.plus(value.times(value)),
  };
}

/**
 * Sharpe ratio, annualised: mean(r - rf) / std(r, ddof 1) x sqrt(periods per year) (Sharpe 1994, ex post).
 * Null for fewer than 2 returns or where they don't deviate at all.
 */
export function sharpeRatio(
  statistics: ReturnStatistics,
  method: SharpeMethod = DAILY_SHARPE,
): Decimal | null {
  const { count, sum, sumOfSquares } = statistics;
  if (count < 2) return null;
  // count^2 x the population variance: exact, so that equal returns deviate by 0 and not by a rounding error.
  const scaledVariance = sumOfSquares.times(count).minus(sum.times(sum));
  if (scaledVariance.lte(0)) return null;
  const deviation = scaledVariance.div(count * (count - 1)).sqrt();
  const excess = sum.div(count).minus(method.riskFreeRate.div(method.periodsPerYear));
  return excess.div(deviation).times(new Decimal(method.periodsPerYear).sqrt());
}

/** The statistics of a series of returns. */
export function returnStatistics(returns: readonly Decimal[]): ReturnStatistics {
  return returns.reduce(addReturn, NO_RETURNS);
}
