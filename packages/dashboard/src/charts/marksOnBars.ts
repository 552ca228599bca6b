import type { Side } from '../data/answers';

/** Something that was done at a time: a fill, a signal. */
export interface Mark {
  /** RFC 3339. */
  readonly at: string;
  readonly side: Side;
  readonly text: string;
}

/**
 * Puts each mark on the bar that it falls in: the last one that starts at or before it. What lies before the first bar is left
 * out.
 *
 * @param starts  starts of the bars in seconds since the epoch, ascending
 * @returns in the order of time, as charts want it
 */
export function marksOnBars(
  marks: readonly Mark[],
  starts: readonly number[],
): readonly { readonly time: number; readonly mark: Mark }[] {
  return marks
    .flatMap((mark) => {
      const time = lastAtOrBefore(starts, Date.parse(mark.at) / 1000);
      return time === undefined ? [] : [{ time, mark }];
    })
    .sort((a, b) => a.time - b.time);
}

function lastAtOrBefore(starts: readonly number[], moment: number): number | undefined {
  let [low, high] = [0, starts.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((starts[middle] ?? Number.POSITIVE_INFINITY) <= moment) low = middle + 1;
    else high = middle;
  }
  return starts[low - 1];
}
