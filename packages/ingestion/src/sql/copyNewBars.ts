import { CopyEncoder, copyIn, type Transaction } from '@trading/database';
import { type BarColumns, halvesOf } from '../bulk/barColumns';

const COPY_NEW_BARS =
  'COPY data_ingestion.market_data (symbol, "timestamp", data_source, open, high, low, close, volume) FROM STDIN (FORMAT binary)';

/**
 * Stores rows of a chunk, none of which may be there already.
 *
 * @throws TradingError `DATABASE.UNIQUE_VIOLATION` when one was stored meanwhile
 */
export async function copyNewBars(
  { client }: Transaction,
  columns: BarColumns,
  rows: readonly number[],
): Promise<number> {
  return copyIn(client, COPY_NEW_BARS, encode(columns, rows));
}

function* encode(columns: BarColumns, rows: readonly number[]): Generator<Buffer> {
  const encoder = new CopyEncoder();
  const names = columns.series.map(({ symbol, dataSource }) => ({
    symbol: Buffer.from(symbol),
    dataSource: Buffer.from(dataSource),
  }));
  const volumes = halvesOf(columns.volume);
  let sinceTaken = 0;
  for (const row of rows) {
    const name = names[columns.seriesOf[row] as number] as (typeof names)[number];
    encoder
      .row(8)
      .bytes(name.symbol)
      .timestamp(columns.timestamp[row] as number)
      .bytes(name.dataSource)
      .ticks('open', columns.open[row] as number)
      .ticks('high', columns.high[row] as number)
      .ticks('low', columns.low[row] as number)
      .ticks('close', columns.close[row] as number)
      .bigintHalves(volumes[2 * row + 1] as number, (volumes[2 * row] as number) >>> 0);
    sinceTaken += 1;
    if (sinceTaken === 500) {
      sinceTaken = 0;
      yield* encoder.takeFull();
    }
  }
  yield* encoder.finish();
}
