import type { CopyDecoder } from '@trading/database';
import type { ColumnsBuilder } from './columnsBuilder';

/**
 * Reads "timestamp", open, high, low, close and volume of a COPY's row into the columns, as a bar of the series with that
 * index: straight into them, without an object or a BigInt for each bar.
 */
export function readBar(row: CopyDecoder, columns: ColumnsBuilder, series: number): void {
  const at = columns.add(series);
  columns.timestamp[at] = row.timestamp();
  columns.open[at] = row.ticks();
  columns.high[at] = row.ticks();
  columns.low[at] = row.ticks();
  columns.close[at] = row.ticks();
  row.bigintInto(columns.volumeHalves, at);
}
