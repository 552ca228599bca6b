import { Decimal } from 'decimal.js';
import type { DecimalText } from '../format/decimal';

/** Equity by trading date, ascending. */
export interface Curve {
  readonly dates: readonly string[];
  readonly equity: readonly DecimalText[];
}

/**
 * The sum of curves on all their dates. A curve that has no value on a date counts with its last one before it; before its
 * first one with that: it is what it began with.
 */
export function sumCurves(curves: readonly Curve[]): Curve {
  const [only] = curves;
  if (curves.length === 1 && only !== undefined) return only;
  const dates = [...new Set(curves.flatMap((curve) => curve.dates))].sort();
  const at = curves.map(() => 0);
  const equity = dates.map((date) => {
    let total = new Decimal(0);
    curves.forEach((curve, which) => {
      let index = at[which] ?? 0;
      while ((curve.dates[index + 1] ?? '9999') <= date) index += 1;
      at[which] = index;
      total = total.plus(curve.equity[index] ?? 0);
    });
    return total.toFixed();
  });
  return { dates, equity };
}

/** The last so many dates of a curve. */
export function lastOf(curve: Curve, count: number | undefined): Curve {
  if (count === undefined) return curve;
  return { dates: curve.dates.slice(-count), equity: curve.equity.slice(-count) };
}

/** What was gained from the first value to the last, as a fraction of the first; null where there is none. */
export function gainOf(equity: readonly DecimalText[] | undefined): DecimalText | null {
  const [first, last] = [equity?.[0], equity?.at(-1)];
  if (first === undefined || last === undefined || new Decimal(first).isZero()) return null;
  return new Decimal(last).minus(first).div(first).toDecimalPlaces(8).toFixed();
}
