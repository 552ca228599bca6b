import { binaryArray } from '@trading/database';
import { type BarColumns, halvesOf, PRICES } from '../bulk/barColumns';

/** What a statement with {@link barArrays} takes them from: one column of the table each, in this order. */
export const BAR_ARRAYS =
  'unnest($1::text[], $2::timestamptz[], $3::text[], $4::numeric[], $5::numeric[], $6::numeric[], $7::numeric[], $8::bigint[])';

/** Rows of a chunk as the values of a statement, in binary: an array for each column. */
export function barArrays(columns: BarColumns, rows: readonly number[]): Buffer[] {
  const names = columns.series.map(({ symbol, dataSource }) => ({
    symbol: Buffer.from(symbol),
    dataSource: Buffer.from(dataSource),
  }));
  const volumes = halvesOf(columns.volume);
  const rowAt = (index: number) => rows[index] as number;
  const name = (field: 'symbol' | 'dataSource') =>
    binaryArray('text', rows.length, (array, index) => {
      const series = columns.seriesOf[rowAt(index)] as number;
      array.bytes((names[series] as (typeof names)[number])[field]);
    });
  const price = (field: (typeof PRICES)[number]) =>
    binaryArray('numeric', rows.length, (array, index) =>
      array.ticks(field, columns[field][rowAt(index)] as number),
    );
  return [
    name('symbol'),
    binaryArray('timestamptz', rows.length, (array, index) =>
      array.timestamp(columns.timestamp[rowAt(index)] as number),
    ),
    name('dataSource'),
    ...PRICES.map(price),
    binaryArray('bigint', rows.length, (array, index) => {
      const half = 2 * rowAt(index);
      array.bigintHalves(volumes[half + 1] as number, (volumes[half] as number) >>> 0);
    }),
  ];
}
