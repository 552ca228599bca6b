import { copyOut } from '@trading/database';
import type { PoolClient } from 'pg';
import { ColumnsBuilder } from '../bulk/columnsBuilder';
import { readBar } from '../bulk/readBar';
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
  await copyOut(client, `COPY (${select}) TO STDOUT (FORMAT binary)`, 6, (row) =>
    readBar(row, columns, series),
  );
  return new BarSeries(key, columns);
}
