import { halvesOf } from '../bulk/barColumns';
import type { ColumnsBuilder } from '../bulk/columnsBuilder';
import type { SeriesKey } from '../seriesKey';

/** The four prices of each bar, floating point: for analysis, never for money that is booked. */
export interface PriceColumns<Column> {
  readonly open: Column;
  readonly high: Column;
  readonly low: Column;
  readonly close: Column;
}

const PRICES = ['open', 'high', 'low', 'close'] as const;
const TICKS_PER_UNIT = 10_000;
const TWO_32 = 2 ** 32;

/** Bars of one series by column, in the order of time. */
export class BarSeries implements SeriesKey {
  readonly symbol: string;
  readonly dataSource: string;
  readonly length: number;
  /** Start of each bar, milliseconds since 1970 in UTC. */
  readonly timestamp: Float64Array;
  /** Shares. */
  readonly volume: BigInt64Array;
  /** Prices exactly, as whole numbers of ten-thousandths in doubles, which holds all that a row can. */
  readonly ticks: PriceColumns<Float64Array>;
  #prices: PriceColumns<Float64Array> | undefined;
  #exact: PriceColumns<BigInt64Array> | undefined;

  constructor({ symbol, dataSource }: SeriesKey, columns: ColumnsBuilder) {
    this.symbol = symbol;
    this.dataSource = dataSource;
    this.length = columns.rows;
    this.timestamp = columns.timestamp.subarray(0, columns.rows);
    this.volume = columns.volume.subarray(0, columns.rows);
    this.ticks = columnsOf((price) => columns[price].subarray(0, columns.rows));
  }

  /** Prices as floating point: each is the double nearest to the stored decimal. Made at first use. */
  get prices(): PriceColumns<Float64Array> {
    this.#prices ??= columnsOf((price) => this.ticks[price].map((ticks) => ticks / TICKS_PER_UNIT));
    return this.#prices;
  }

  /** Prices exactly, as whole numbers of ten-thousandths: 64.5014 is 645014n. Made at first use. */
  get exact(): PriceColumns<BigInt64Array> {
    this.#exact ??= columnsOf((price) => toBigInts(this.ticks[price]));
    return this.#exact;
  }
}

function columnsOf<Column>(make: (price: (typeof PRICES)[number]) => Column): PriceColumns<Column> {
  return { open: make('open'), high: make('high'), low: make('low'), close: make('close') };
}

/** Whole numbers in doubles as bigints; written as halves, which spares a BigInt for each. */
export function toBigInts(whole: Float64Array): BigInt64Array {
  const column = new BigInt64Array(whole.length);
  const halves = halvesOf(column);
  for (let row = 0; row < whole.length; row++) {
    const value = whole[row] as number;
    const high = Math.floor(value / TWO_32);
    halves[2 * row] = value - high * TWO_32;
    halves[2 * row + 1] = high;
  }
  return column;
}
