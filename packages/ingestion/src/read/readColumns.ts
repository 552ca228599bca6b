import { copyOut } from '@trading/database';
import type { PoolClient } from 'pg';
import { ColumnsBuilder } from '../bulk/columnsBuilder';
import type { SeriesKey } from '../seriesKey';
import { BarSeries } from './barSeries';

/**
 * Reads one series by binary COPY.
 *
 * @param select  gives "timestamp", open, high, low, close, volume in this order of columns
 */
export async function readColumns(client: PoolClient, key: SeriesKey, select: string): Promise<BarSeries> {
  const columns = new ColumnsBuilder(1_024);
  const series = columns.seriesIndex(key);
  const volume = new BigInt64Array(1);
  const halves = new Int32Array(volume.buffer);
  await copyOut(client, `COPY (${select}) TO STDOUT (FORMAT binary)`, 6, (row) => {
    const timestamp = row.timestamp();
    const open = row.ticks();
    const high = row.ticks();
    const low = row.ticks();
    const close = row.ticks();
    row.bigintInto(halves, 0);
    columns.append(series, { timestamp, open, high, low, close, volume: volume[0] ?? 0n });
  });
  return new BarSeries(key, columns);
}
