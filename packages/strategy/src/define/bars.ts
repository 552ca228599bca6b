import { TradingError } from '@trading/model';

/** The columns of a bar besides its start. */
export const BAR_FIELDS = ['open', 'high', 'low', 'close', 'volume'] as const;
export type BarField = (typeof BAR_FIELDS)[number];

/**
 * Bars of one series by column, oldest first. Prices are whole numbers of ten-thousandths in doubles, which holds every
 * price that the database can store exactly; volume is in shares, floating point above 2^53. Only the columns that were
 * read are there.
 */
export type BarColumns = { readonly time: Float64Array } & {
  readonly [Field in BarField]?: Float64Array;
};

/** Ten-thousandths in one unit of a price. */
export const TICKS_PER_UNIT = 10_000;

/**
 * The bars of one series that a strategy may see at a moment. `ago` counts back from the newest of them, which is 0.
 * Prices are floating point, each the double nearest to the stored decimal; `ticks` gives them exactly. Nothing after the
 * moment can be reached, and nothing before the `history` that the strategy asked for.
 */
export interface Bars {
  readonly symbol: string;
  /** The series, e.g. `yahoo_adjusted`. */
  readonly dataSource: string;
  /** How many bars can be seen: at most the history that was asked for, fewer where the series is young. */
  readonly length: number;
  /** Start of a bar, milliseconds since 1970 in UTC; NaN where there is none. */
  time(ago?: number): number;
  open(ago?: number): number;
  high(ago?: number): number;
  low(ago?: number): number;
  close(ago?: number): number;
  /** Shares. */
  volume(ago?: number): number;
  /** A price exactly, as a whole number of ten-thousandths: 64.5014 is 645014. NaN where there is none. */
  ticks(field: Exclude<BarField, 'volume'>, ago?: number): number;
  /** The last `count` values of a column, oldest first, as a view that is valid for this moment only; do not write to it. */
  column(field: BarField, count?: number): Float64Array;
}

const NOTHING = new Float64Array(0);

/**
 * Columns with a cursor: what `Bars` shows ends at the cursor. One object serves all moments of a series, so a moment
 * costs no allocation.
 */
export class BarWindow implements Bars {
  readonly symbol: string;
  readonly dataSource: string;
  readonly #columns: BarColumns;
  readonly #history: number;
  readonly #prices = new Map<BarField, Float64Array>();
  #end = 0;
  #length = 0;

  /** @param history  the most bars that are shown */
  constructor(
    series: { readonly symbol: string; readonly dataSource: string },
    columns: BarColumns,
    history: number,
  ) {
    this.symbol = series.symbol;
    this.dataSource = series.dataSource;
    this.#columns = columns;
    this.#history = history;
  }

  /** Shows the first `end` rows of the columns and no more. */
  show(end: number): this {
    this.#end = end;
    this.#length = Math.min(end, this.#history);
    return this;
  }

  get length(): number {
    return this.#length;
  }

  time(ago = 0): number {
    return this.#at(this.#columns.time, ago);
  }
  open(ago = 0): number {
    return this.#at(this.#read('open'), ago) / TICKS_PER_UNIT;
  }
  high(ago = 0): number {
    return this.#at(this.#read('high'), ago) / TICKS_PER_UNIT;
  }
  low(ago = 0): number {
    return this.#at(this.#read('low'), ago) / TICKS_PER_UNIT;
  }
  close(ago = 0): number {
    return this.#at(this.#read('close'), ago) / TICKS_PER_UNIT;
  }
  volume(ago = 0): number {
    return this.#at(this.#read('volume'), ago);
  }
  ticks(field: Exclude<BarField, 'volume'>, ago = 0): number {
    return this.#at(this.#read(field), ago);
  }
  column(field: BarField, count = this.#length): Float64Array {
    const shown = Math.max(0, Math.min(Math.trunc(count), this.#length));
    if (shown === 0) return NOTHING;
    return this.#values(field).subarray(this.#end - shown, this.#end);
  }

  #at(column: Float64Array, ago: number): number {
    // Also false for NaN, and a fraction reaches no element.
    return ago >= 0 && ago < this.#length ? (column[this.#end - 1 - ago] ?? Number.NaN) : Number.NaN;
  }

  #read(field: BarField): Float64Array {
    const column = this.#columns[field];
    if (column !== undefined) return column;
    throw new TradingError(
      'STRATEGY.FIELD_NOT_READ',
      `the strategy looks at ${field}, which it did not ask for: add it to the strategy's fields`,
      { details: { field, dataSource: this.dataSource } },
    );
  }

  /** A column as floating point, made once for all moments. */
  #values(field: BarField): Float64Array {
    if (field === 'volume') return this.#read(field);
    let values = this.#prices.get(field);
    if (values === undefined) {
      values = this.#read(field).map((ticks) => ticks / TICKS_PER_UNIT);
      this.#prices.set(field, values);
    }
    return values;
  }
}
