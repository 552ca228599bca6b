import type { CurvePoint } from './equityCurve';

/** The return of a month, a year, or another period of a curve. */
export interface PeriodReturn {
  /** `YYYY-MM` or `YYYY`: how its dates begin. */
  readonly period: string;
  /** Fraction, from the last close before it to its own last close. */
  readonly return: number;
}

/** The returns of each month that the curve has a date in. @param start  equity before the first date */
export function monthlyReturns(start: number, curve: readonly CurvePoint[]): PeriodReturn[] {
  return periodReturns(start, curve, 'YYYY-MM'.length);
}

/** The returns of each year, likewise. */
export function yearlyReturns(start: number, curve: readonly CurvePoint[]): PeriodReturn[] {
  return periodReturns(start, curve, 'YYYY'.length);
}

function periodReturns(start: number, curve: readonly CurvePoint[], prefixLength: number): PeriodReturn[] {
  const ends = new Map<string, number>();
  for (const { date, value } of curve) ends.set(date.slice(0, prefixLength), value);
  let before = start;
  return [...ends].map(([period, end]) => {
    const change = end / before - 1;
    before = end;
    return { period, return: change };
  });
}
