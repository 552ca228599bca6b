import { deviation, mean, quantile, ratio, shape } from './statistics';

/** Trading days in a year. */
export const DAYS_A_YEAR = 252;

/** The daily loss that VaR and CVaR speak of: the worst twentieth of all days. */
const TAIL = 0.05;

/** What the daily returns of an equity curve come to. Fractions; null where a figure is not defined. */
export interface ReturnFigures {
  /** Sample standard deviation x sqrt(252). */
  readonly volatility: number | null;
  /** mean(r - rf) / std(r, ddof 1) x sqrt(252). */
  readonly sharpe: number | null;
  /** mean(r - rf) / sqrt(mean(min(r - rf, 0)^2)) x sqrt(252). */
  readonly sortino: number | null;
  /** sum(max(r, 0)) / sum(max(-r, 0)). */
  readonly omega: number | null;
  /** The loss of a day that 5 % of all days exceed, by the quantile of what happened; positive is a loss. */
  readonly valueAtRisk: number | null;
  /** The mean loss of the days at or beyond that. */
  readonly conditionalValueAtRisk: number | null;
  readonly skew: number | null;
  /** 3 for a normal distribution. */
  readonly kurtosis: number | null;
  readonly bestDay: number | null;
  readonly worstDay: number | null;
}

/**
 * Figures of daily returns.
 *
 * @param returns  fractions, one a trading day
 * @param riskFreeRate  a year's, as a fraction; each day bears a 252nd part
 */
export function returnFigures(returns: Float64Array, riskFreeRate: number): ReturnFigures {
  const daily = riskFreeRate / DAYS_A_YEAR;
  const excess = mean(returns) - daily;
  const spread = deviation(returns);
  let [gains, losses, shortfall] = [0, 0, 0];
  for (const value of returns) {
    gains += Math.max(value, 0);
    losses += Math.max(-value, 0);
    shortfall += Math.min(value - daily, 0) ** 2;
  }
  const tail = quantile(returns, TAIL);
  const beyond = returns.filter((value) => value <= tail);
  const { skew, kurtosis } = shape(returns);
  const year = Math.sqrt(DAYS_A_YEAR);
  return {
    volatility: defined(spread * year),
    sharpe: ratio(excess * year, spread),
    sortino: ratio(excess * year, Math.sqrt(shortfall / returns.length)),
    omega: ratio(gains, losses),
    valueAtRisk: defined(-tail),
    conditionalValueAtRisk: defined(-mean(beyond)),
    skew: defined(skew),
    kurtosis: defined(kurtosis),
    bestDay: defined(returns.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY)),
    worstDay: defined(returns.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY)),
  };
}

/** The Sharpe ratio of the last `days` returns at each day from the first that has so many. */
export function rollingSharpe(returns: Float64Array, days: number): (number | null)[] {
  return Array.from({ length: returns.length }, (_, end) => {
    if (end + 1 < days) return null;
    const window = returns.subarray(end + 1 - days, end + 1);
    return ratio(mean(window) * Math.sqrt(DAYS_A_YEAR), deviation(window));
  });
}

/** Annual growth: (end / start)^(365.25 / days) - 1, by calendar days. Null for no time, or an end at or below 0. */
export function compoundGrowth(start: number, end: number, calendarDays: number): number | null {
  if (calendarDays <= 0 || start <= 0 || end <= 0) return null;
  return (end / start) ** (365.25 / calendarDays) - 1;
}

function defined(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
