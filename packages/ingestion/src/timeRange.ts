/** From the start of the first bar to the start of the last one, both included. */
export interface TimeRange {
  readonly first: Date;
  readonly last: Date;
}

/** The range that these starts span; undefined for none. */
export function timeRange(starts: Iterable<Date>): TimeRange | undefined {
  let range: TimeRange | undefined;
  for (const start of starts) {
    range = {
      first: range === undefined || start < range.first ? start : range.first,
      last: range === undefined || start > range.last ? start : range.last,
    };
  }
  return range;
}
