import { Decimal } from '@trading/model';
import { RETURN_SCALE } from './equityReturn';

/** How far an equity curve has fallen, so far. */
export interface Drawdown {
  /** The highest equity yet. */
  readonly peak: Decimal;
  /** min over time of (equity - running maximum) / running maximum; a fraction at or below 0. */
  readonly worst: Decimal;
}

/** At the start of a curve. @param startingCapital  above 0 */
export function startDrawdown(startingCapital: Decimal): Drawdown {
  return { peak: startingCapital, worst: new Decimal(0) };
}

/** With one point more. */
export function addEquity({ peak, worst }: Drawdown, equity: Decimal): Drawdown {
  if (equity.gte(peak)) return { peak: equity, worst };
  const fall = equity.minus(peak).div(peak).toDecimalPlaces(RETURN_SCALE, Decimal.ROUND_HALF_EVEN);
  return { peak, worst: Decimal.min(worst, fall) };
}

/** Maximum drawdown of a curve that begins with the starting capital; 0 for one that never falls, or has no points. */
export function maxDrawdown(curve: readonly Decimal[]): Decimal {
  const [start, ...rest] = curve;
  if (start === undefined) return new Decimal(0);
  return rest.reduce(addEquity, startDrawdown(start)).worst;
}
