import type { RowProblem } from '../rejectedRow';
import type { SeriesKey } from '../seriesKey';
import { type BarColumns, type BarTicks, halvesOf } from './barColumns';

/** Columns that grow as bars are appended: what adapters of sources fill. */
export class ColumnsBuilder implements BarColumns {
  rows = 0;
  sourceRows = 0;
  roundedRows = 0;
  emptyRows = 0;
  readonly series: SeriesKey[] = [];
  seriesOf: Uint32Array;
  timestamp: Float64Array;
  open: Float64Array;
  high: Float64Array;
  low: Float64Array;
  close: Float64Array;
  volume: BigInt64Array;
  /** Zero for a row whose place nobody gave. */
  lines: Float64Array;
  readonly unreadable = new Map<number, readonly RowProblem[]>();
  #volumes: Int32Array;
  readonly #indexOf = new Map<string, number>();

  /** @param capacity  rows to make room for at first */
  constructor(capacity = 1_024) {
    this.seriesOf = new Uint32Array(capacity);
    this.timestamp = new Float64Array(capacity);
    this.open = new Float64Array(capacity);
    this.high = new Float64Array(capacity);
    this.low = new Float64Array(capacity);
    this.close = new Float64Array(capacity);
    this.volume = new BigInt64Array(capacity);
    this.lines = new Float64Array(capacity);
    this.#volumes = halvesOf(this.volume);
  }

  /** The index of a series, which is added when it is new. */
  seriesIndex({ symbol, dataSource }: SeriesKey): number {
    const key = `${symbol} ${dataSource}`;
    const known = this.#indexOf.get(key);
    if (known !== undefined) return known;
    this.series.push({ symbol, dataSource });
    this.#indexOf.set(key, this.series.length - 1);
    return this.series.length - 1;
  }

  /** The 32-bit halves of the volumes, low half first. */
  get volumeHalves(): Int32Array {
    return this.#volumes;
  }

  /** Adds a row to the series with that index; the caller fills its columns, which may be new ones. */
  add(series: number): number {
    const at = this.#next();
    this.seriesOf[at] = series;
    return at;
  }

  /** Appends one bar of the series with that index. */
  append(series: number, bar: BarTicks, line = 0): void {
    const at = this.add(series);
    this.timestamp[at] = bar.timestamp;
    this.open[at] = bar.open;
    this.high[at] = bar.high;
    this.low[at] = bar.low;
    this.close[at] = bar.close;
    this.volume[at] = bar.volume;
    this.lines[at] = line;
  }

  /** Appends a row that is to be rejected, for what was wrong with it in the source. */
  appendUnreadable(series: number, timestamp: number, problems: readonly RowProblem[], line = 0): void {
    this.unreadable.set(this.rows, problems);
    this.append(series, { timestamp, open: 0, high: 0, low: 0, close: 0, volume: 0n }, line);
  }

  /** Appends row `row` of other columns, as a bar of the series with that index here. */
  appendRow(series: number, from: BarColumns, row: number, fromVolumes: Int32Array): void {
    const at = this.add(series);
    const volumes = this.#volumes;
    this.timestamp[at] = from.timestamp[row] as number;
    this.open[at] = from.open[row] as number;
    this.high[at] = from.high[row] as number;
    this.low[at] = from.low[row] as number;
    this.close[at] = from.close[row] as number;
    volumes[2 * at] = fromVolumes[2 * row] as number;
    volumes[2 * at + 1] = fromVolumes[2 * row + 1] as number;
  }

  #next(): number {
    if (this.rows === this.timestamp.length) this.#grow();
    this.rows += 1;
    return this.rows - 1;
  }

  #grow(): void {
    const capacity = Math.max(16, this.rows * 2);
    const wider = (column: Float64Array) => {
      const grown = new Float64Array(capacity);
      grown.set(column);
      return grown;
    };
    const seriesOf = new Uint32Array(capacity);
    seriesOf.set(this.seriesOf);
    this.seriesOf = seriesOf;
    this.timestamp = wider(this.timestamp);
    this.open = wider(this.open);
    this.high = wider(this.high);
    this.low = wider(this.low);
    this.close = wider(this.close);
    this.lines = wider(this.lines);
    const volume = new BigInt64Array(capacity);
    volume.set(this.volume);
    this.volume = volume;
    this.#volumes = halvesOf(volume);
  }
}
