import { type CurvePoint, daysBetween } from './equityCurve';

/** A fall from a high of the curve, until that high is reached again. */
export interface Drawdown {
  /** Date of the high; null where it is the start of the curve. */
  readonly from: string | null;
  /** Date of the deepest close. */
  readonly valley: string;
  /** The first date at or above the high again; null where it is still below. */
  readonly recovered: string | null;
  /** (valley - high) / high; below 0. */
  readonly depth: number;
  /** Calendar days from the high to the recovery, or to the end of the curve. */
  readonly days: number;
}

/** All falls of a curve that begins at `start`, the deepest first. */
export function drawdowns(start: number, curve: readonly CurvePoint[]): Drawdown[] {
  const falls: Drawdown[] = [];
  let high: { date: string | null; value: number } = { date: null, value: start };
  let valley: CurvePoint | null = null;
  const close = (end: string, recovered: string | null) => {
    if (valley === null) return;
    falls.push({
      from: high.date,
      valley: valley.date,
      recovered,
      depth: (valley.value - high.value) / high.value,
      days: daysBetween(high.date ?? curve[0]?.date ?? end, end),
    });
    valley = null;
  };
  for (const point of curve) {
    if (point.value >= high.value) {
      close(point.date, point.date);
      high = point;
    } else if (valley === null || point.value < (valley as CurvePoint).value) {
      valley = point;
    }
  }
  const last = curve.at(-1);
  if (last !== undefined) close(last.date, null);
  return falls.sort((one, other) => one.depth - other.depth);
}

/** How far below its highest value the curve is at each date; fractions at or below 0. */
export function underwater(start: number, curve: readonly CurvePoint[]): CurvePoint[] {
  let high = start;
  return curve.map(({ date, value }) => {
    high = Math.max(high, value);
    return { date, value: (value - high) / high };
  });
}
