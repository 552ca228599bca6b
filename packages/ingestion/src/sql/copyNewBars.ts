import { CopyEncoder, copyIn, type Transaction } from '@trading/database';
import { type BarColumns, halvesOf } from '../bulk/barColumns';

const COPY_NEW_BARS =
  'COPY data_ingestion.market_data (symbol, "timestamp", data_source, open, high, low, close, volume) FROM STDIN (FORMAT binary)';
/** Rows between two looks for what can be sent: some 60 kB. */
const ROWS_AT_ONCE = 500;

/**
 * Stores rows of a chunk, none of which may be there already.
 *
 * @param stretches  the rows, in the order in which they are to be stored
 * @throws TradingError `DATABASE.UNIQUE_VIOLATION` when one was stored meanwhile
 */
export async function copyNewBars(
  { client }: Transaction,
  columns: BarColumns,
  stretches: readonly ArrayLike<number>[],
): Promise<number> {
  return copyIn(client, COPY_NEW_BARS, encode(columns, stretches));
}

function* encode(columns: BarColumns, stretches: readonly ArrayLike<number>[]): Generator<Buffer> {
  const encoder = new CopyEncoder();
  const names = columns.series.map(({ symbol, dataSource }) => ({
    symbol: Buffer.from(symbol),
    dataSource: Buffer.from(dataSource),
  }));
  const volumes = halvesOf(columns.volume);
  for (const rows of stretches) {
    for (let at = 0; at < rows.length; at++) {
      const row = rows[at] as number;
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
      if (encoder.rows % ROWS_AT_ONCE === 0) yield* encoder.takeFull();
    }
  }
  yield* encoder.finish();
}
