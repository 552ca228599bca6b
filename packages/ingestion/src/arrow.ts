import {
  Decimal,
  Field,
  Float64,
  Int64,
  makeData,
  RecordBatch,
  Schema,
  Struct,
  Table,
  TimestampMicrosecond,
} from 'apache-arrow';
import { halvesOf } from './bulk/barColumns';
import { type BarSeries, toBigInts } from './read/barSeries';

/** How prices are handed over: as floating point, or as the exact DECIMAL(15,4) that is stored. */
export interface ArrowOptions {
  /** `float64`. */
  readonly prices?: 'float64' | 'decimal128';
}

const PRECISION = 15;
const SCALE = 4;
const PRICES = ['open', 'high', 'low', 'close'] as const;

/**
 * Bars as an Apache Arrow table, for DuckDB, Polars and whatever else reads Arrow: `timestamp` (microseconds, UTC),
 * `open`, `high`, `low`, `close` and `volume`, none of them null; the series' name is in the schema's metadata.
 * Floating-point prices and volumes are the reader's own memory, not copied; times and exact prices are made anew.
 *
 * A module of its own, `@trading/ingestion/arrow`: only who uses it needs `apache-arrow`.
 */
export function toArrow(series: BarSeries, { prices = 'float64' }: ArrowOptions = {}): Table {
  const { length, symbol, dataSource } = series;
  const microseconds = toBigInts(series.timestamp.map((epochMs) => Math.round(epochMs * 1_000)));
  const columns = [
    {
      name: 'timestamp',
      data: makeData({ type: new TimestampMicrosecond('UTC'), length, nullCount: 0, data: microseconds }),
    },
    ...PRICES.map((name) => ({
      name,
      data:
        prices === 'float64'
          ? makeData({ type: new Float64(), length, nullCount: 0, data: series.prices[name] })
          : makeData({
              type: new Decimal(SCALE, PRECISION, 128),
              length,
              nullCount: 0,
              data: wordsOf(series.exact[name]),
            }),
    })),
    { name: 'volume', data: makeData({ type: new Int64(), length, nullCount: 0, data: series.volume }) },
  ];
  const schema = new Schema(
    columns.map(({ name, data }) => new Field(name, data.type, false)),
    new Map([
      ['symbol', symbol],
      ['data_source', dataSource],
    ]),
  );
  const children = columns.map(({ data }) => data);
  const rows = makeData({ type: new Struct(schema.fields), length, nullCount: 0, children });
  return new Table(schema, new RecordBatch(schema, rows));
}

/** Whole numbers as Arrow's 128-bit ones: four words each, the lowest first. */
function wordsOf(column: BigInt64Array): Uint32Array {
  const halves = halvesOf(column);
  const words = new Uint32Array(column.length * 4);
  for (let row = 0; row < column.length; row++) {
    const high = halves[2 * row + 1] as number;
    words[4 * row] = halves[2 * row] as number;
    words[4 * row + 1] = high;
    words.fill(high < 0 ? 0xffff_ffff : 0, 4 * row + 2, 4 * row + 4);
  }
  return words;
}
