import type { TimeRange } from '../timeRange';

/** The UTC years in which bars start, and for each stretch of consecutive years the range to make partitions for. */
export function yearsOf(timestamps: Float64Array, rows: number): Set<number> {
  const years = new Set<number>();
  let from = Number.POSITIVE_INFINITY;
  let until = Number.NEGATIVE_INFINITY;
  for (let row = 0; row < rows; row++) {
    const timestamp = timestamps[row] as number;
    // Bars come in stretches: a date is made once a stretch, not once a bar.
    if (timestamp >= from && timestamp < until) continue;
    const year = new Date(timestamp).getUTCFullYear();
    from = Date.UTC(year, 0, 1);
    until = Date.UTC(year + 1, 0, 1);
    years.add(year);
  }
  return years;
}

/** One range for each stretch of consecutive years: a stray bar of 2100 must not make all partitions until then. */
export function yearRanges(years: Iterable<number>): TimeRange[] {
  const sorted = [...new Set(years)].sort((a, b) => a - b);
  const ranges: { first: number; last: number }[] = [];
  for (const year of sorted) {
    const current = ranges.at(-1);
    if (current !== undefined && year === current.last + 1) current.last = year;
    else ranges.push({ first: year, last: year });
  }
  return ranges.map(({ first, last }) => ({
    first: new Date(Date.UTC(first, 0, 1)),
    last: new Date(Date.UTC(last, 11, 31)),
  }));
}
