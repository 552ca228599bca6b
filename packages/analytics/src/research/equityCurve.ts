import { TradingError } from '@trading/model';

/** Equity, or a price, at the close of a trading date. Floating point: figures are computed from it, money is not booked. */
export interface CurvePoint {
  /** `YYYY-MM-DD`. */
  readonly date: string;
  readonly value: number;
}

/**
 * The daily returns of a curve: value / previous - 1, the first against `start`.
 *
 * @throws TradingError `ANALYTICS.RUINED` naming the date after which nothing can be earned
 */
export function dailyReturns(start: number, curve: readonly CurvePoint[]): Float64Array {
  const returns = new Float64Array(curve.length);
  let previous: CurvePoint = { date: 'the start', value: start };
  curve.forEach((point, day) => {
    if (previous.value <= 0) {
      throw new TradingError(
        'ANALYTICS.RUINED',
        `equity is ${previous.value} at ${previous.date}: there are no returns after it; end the period there`,
        { details: { date: previous.date, equity: previous.value } },
      );
    }
    returns[day] = point.value / previous.value - 1;
    previous = point;
  });
  return returns;
}

/** Calendar days from one date to another. */
export function daysBetween(from: string, to: string): number {
  return Math.round((Date.parse(to) - Date.parse(from)) / 86_400_000);
}
