import type { BarColumns } from '../bulk/barColumns';

const MINUTE_MS = 60_000;

/**
 * The timeframe that bars have by the least distance of two that follow one another in a series, as it stands in the name of
 * a series: `_1m`, `_1h`, `_1w`; nothing for days, and for a single bar.
 */
export function timeframeOf({ rows, seriesOf, timestamp }: BarColumns): string {
  const last = new Map<number, number>();
  let least = Number.POSITIVE_INFINITY;
  for (let row = 0; row < rows; row++) {
    const start = timestamp[row] as number;
    if (Number.isNaN(start)) continue;
    const series = seriesOf[row] as number;
    const step = Math.abs(start - (last.get(series) ?? Number.NaN));
    if (step > 0 && step < least) least = step;
    last.set(series, start);
  }
  const minutes = Math.round(least / MINUTE_MS);
  if (!Number.isFinite(minutes) || minutes === 0) return '';
  if (minutes >= 6 * 1_440) return '_1w';
  if (minutes >= 20 * 60) return '';
  return minutes % 60 === 0 ? `_${minutes / 60}h` : `_${minutes}m`;
}
