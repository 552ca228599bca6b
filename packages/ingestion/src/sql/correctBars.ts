import { binaryArray, type Transaction } from '@trading/database';
import { type BarColumns, halvesOf, PRICES } from '../bulk/barColumns';

// An upsert rather than an update from a join: it goes through the unique index whatever the planner believes.
const CORRECT_BARS = `
INSERT INTO data_ingestion.market_data AS stored (symbol, "timestamp", data_source, open, high, low, close, volume)
SELECT * FROM unnest($1::text[], $2::timestamptz[], $3::text[], $4::numeric[], $5::numeric[], $6::numeric[], $7::numeric[], $8::bigint[])
ON CONFLICT (symbol, "timestamp", data_source) DO UPDATE
  SET open = excluded.open, high = excluded.high, low = excluded.low, close = excluded.close, volume = excluded.volume
  WHERE (stored.open, stored.high, stored.low, stored.close, stored.volume)
    IS DISTINCT FROM (excluded.open, excluded.high, excluded.low, excluded.close, excluded.volume)`;

/** Bars in one statement: more make it no faster. */
const BATCH = 5_000;

/** Gives stored bars their new values. No row may be there twice. */
export async function correctBars(
  tx: Transaction,
  columns: BarColumns,
  rows: readonly number[],
): Promise<void> {
  const names = columns.series.map(({ symbol, dataSource }) => ({
    symbol: Buffer.from(symbol),
    dataSource: Buffer.from(dataSource),
  }));
  const volumes = halvesOf(columns.volume);
  for (let start = 0; start < rows.length; start += BATCH) {
    const batch = rows.slice(start, start + BATCH);
    const rowAt = (index: number) => batch[index] as number;
    const name = (field: 'symbol' | 'dataSource') =>
      binaryArray('text', batch.length, (array, index) => {
        const series = columns.seriesOf[rowAt(index)] as number;
        array.bytes((names[series] as (typeof names)[number])[field]);
      });
    const price = (field: (typeof PRICES)[number]) =>
      binaryArray('numeric', batch.length, (array, index) =>
        array.ticks(field, columns[field][rowAt(index)] as number),
      );
    await tx.query(
      CORRECT_BARS,
      [
        name('symbol'),
        binaryArray('timestamptz', batch.length, (array, index) =>
          array.timestamp(columns.timestamp[rowAt(index)] as number),
        ),
        name('dataSource'),
        ...PRICES.map(price),
        binaryArray('bigint', batch.length, (array, index) => {
          const half = 2 * rowAt(index);
          array.bigintHalves(volumes[half + 1] as number, (volumes[half] as number) >>> 0);
        }),
      ],
      'ingestion.correct_bars',
    );
  }
}
