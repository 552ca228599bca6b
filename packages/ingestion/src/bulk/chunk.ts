import type { RejectedRow } from '../rejectedRow';
import type { SeriesKey } from '../seriesKey';
import type { BarColumns } from './barColumns';
import { ColumnsBuilder } from './columnsBuilder';

/** What a chunk holds of one series. */
export interface ChunkSeries extends SeriesKey {
  readonly rows: number;
  /** Start of the earliest and of the latest bar, epoch milliseconds. */
  readonly first: number;
  readonly last: number;
  /** Whether each bar starts after the one before it: then no key is there twice. */
  readonly ascending: boolean;
}

/** So few bars are looked up and stored one by one: planning a read of every partition would take longer than the look. */
const FEW_BARS = 64;

/** Whether a chunk is of so few bars that round trips and plans are what it costs. */
export function isSmall({ columns }: Chunk): boolean {
  return columns.rows <= FEW_BARS;
}

/** Valid bars on their way into one transaction, with the rows of the same stretch that are not valid. */
export class Chunk {
  readonly columns: ColumnsBuilder;
  /** Place in the source that the chunk reaches, from 1. */
  lastLine = 0;
  /** Rows of the source, rejected ones included. */
  size = 0;
  readonly rejected: { readonly series: number; readonly row: RejectedRow }[] = [];
  readonly #stats: { rows: number; first: number; last: number; ascending: boolean }[] = [];

  constructor(capacity: number) {
    this.columns = new ColumnsBuilder(capacity);
  }

  /** The index of a series in this chunk. */
  seriesIndex(key: SeriesKey): number {
    const index = this.columns.seriesIndex(key);
    this.#stats[index] ??= {
      rows: 0,
      first: Number.POSITIVE_INFINITY,
      last: Number.NEGATIVE_INFINITY,
      ascending: true,
    };
    return index;
  }

  /** Says which row of the source comes next; bars of one place are one row. */
  reach(line: number): void {
    if (line === this.lastLine) return;
    this.lastLine = line;
    this.size += 1;
  }

  append(series: number, from: BarColumns, row: number, fromVolumes: Int32Array): void {
    this.columns.appendRow(series, from, row, fromVolumes);
    const stats = this.#stats[series];
    const timestamp = from.timestamp[row] as number;
    if (stats === undefined) return;
    stats.rows += 1;
    if (timestamp <= stats.last) stats.ascending = false;
    if (timestamp > stats.last) stats.last = timestamp;
    if (timestamp < stats.first) stats.first = timestamp;
  }

  /** Start of the latest bar in it, epoch milliseconds. */
  get last(): number {
    return Math.max(...this.#stats.map(({ last }) => last));
  }

  /** Every series in it, in the order of their indexes. */
  series(): ChunkSeries[] {
    return this.columns.series.flatMap((key, index) => {
      const stats = this.#stats[index];
      return stats === undefined ? [] : [{ ...key, ...stats }];
    });
  }
}
