import type { Ticks } from '@trading/database';
import type { RowProblem } from '../rejectedRow';
import type { SeriesKey } from '../seriesKey';

/**
 * Bars by column, which is how bulk code holds them: no object a row. Rows are in the order of their source, of any
 * number of series. Arrays may be longer than `rows`.
 */
export interface BarColumns {
  readonly rows: number;
  /** The series in it, each once. */
  readonly series: readonly SeriesKey[];
  /** For each row the index of its series. */
  readonly seriesOf: Uint32Array;
  /** Start of the bar, milliseconds since 1970 in UTC. */
  readonly timestamp: Float64Array;
  /** Prices in {@link Ticks}: whole numbers of ten-thousandths, exact. */
  readonly open: Float64Array;
  readonly high: Float64Array;
  readonly low: Float64Array;
  readonly close: Float64Array;
  readonly volume: BigInt64Array;
  /** Rows that the source could not be read into numbers for, with what was wrong: they are rejected. */
  readonly unreadable?: ReadonlyMap<number, readonly RowProblem[]>;
  /** The place of each row in its source, from 1, where they do not simply count up: bars of one place are stored together, and stand in one batch. */
  readonly lines?: Float64Array;
  /** Rows of the source that these come from; as many as bars, unless given. */
  readonly sourceRows?: number;
  /** Rows whose numbers had more decimals than the columns hold, and were rounded. */
  readonly roundedRows?: number;
  /** Rows of the source that hold no bar at all, and are passed over. */
  readonly emptyRows?: number;
}

/** The four prices of a bar. */
export const PRICES = ['open', 'high', 'low', 'close'] as const;

/** One bar, to append to columns. */
export interface BarTicks {
  readonly timestamp: number;
  readonly open: Ticks;
  readonly high: Ticks;
  readonly low: Ticks;
  readonly close: Ticks;
  readonly volume: bigint;
}

/** The 32-bit halves of a column of bigints, low half first: read without making a BigInt for each. */
export function halvesOf(column: BigInt64Array): Int32Array {
  return new Int32Array(column.buffer, column.byteOffset, column.length * 2);
}

/** Whether row `i` of one and row `j` of the other hold the same prices and volume. */
export function sameBar(
  left: BarColumns,
  i: number,
  leftVolumes: Int32Array,
  right: BarColumns,
  j: number,
  rightVolumes: Int32Array,
): boolean {
  return (
    left.close[i] === right.close[j] &&
    left.open[i] === right.open[j] &&
    left.high[i] === right.high[j] &&
    left.low[i] === right.low[j] &&
    leftVolumes[2 * i] === rightVolumes[2 * j] &&
    leftVolumes[2 * i + 1] === rightVolumes[2 * j + 1]
  );
}
