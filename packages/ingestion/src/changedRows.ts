import type { Sql } from '@trading/database';
import { sameValues } from './adjustBar';
import type { BarRow } from './barRow';
import { selectBarsBetween } from './sql/selectBarsBetween';
import { timeRange } from './timeRange';

/**
 * The rows of which a bar is not stored yet, or with other values: one query for all of them, so that a source that
 * is known already costs next to nothing. A row that is returned has its changed bars only.
 */
export async function changedRows(
  sql: Sql,
  symbol: string,
  dataSources: readonly string[],
  rows: readonly BarRow[],
): Promise<BarRow[]> {
  const range = timeRange(rows.map((row) => row.timestamp));
  if (range === undefined) return [];
  const stored = await selectBarsBetween(sql, symbol, dataSources, range);
  const byKey = new Map(stored.map((bar) => [`${bar.dataSource} ${bar.timestamp.getTime()}`, bar]));
  return rows
    .map((row) => ({
      ...row,
      bars: row.bars.filter((bar) => {
        const known = byKey.get(`${bar.dataSource} ${bar.timestamp.getTime()}`);
        return known === undefined || !sameValues(known, bar);
      }),
    }))
    .filter((row) => row.bars.length > 0);
}
