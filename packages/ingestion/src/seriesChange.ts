import type { SeriesKey } from './seriesKey';

/** What a chunk changed in one series. */
export interface SeriesChange extends SeriesKey {
  readonly inserted: number;
  readonly updated: number;
  /** Start of the first and of the last bar that changed. */
  readonly first: Date;
  readonly last: Date;
}
