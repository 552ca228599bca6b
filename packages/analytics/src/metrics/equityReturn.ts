import { Decimal } from '@trading/model';

/** Decimals that a return is kept to: its square still fits the 60 digits of exact arithmetic, thousands of them summed. */
export const RETURN_SCALE = 20;

/**
 * The return of one period: current / previous - 1, to 20 decimals. Null after ruin: nothing can be earned on an equity
 * at or below 0.
 */
export function equityReturn(previous: Decimal, current: Decimal): Decimal | null {
  if (previous.lte(0)) return null;
  return current.div(previous).minus(1).toDecimalPlaces(RETURN_SCALE, Decimal.ROUND_HALF_EVEN);
}

/** The returns of an equity curve that begins with the starting capital; one fewer than it has points. */
export function curveReturns(curve: readonly Decimal[]): Decimal[] {
  return curve.flatMap((equity, index) => {
    const previous = curve[index - 1];
    return previous === undefined ? [] : (equityReturn(previous, equity) ?? []);
  });
}
