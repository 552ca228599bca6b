import type { Sql } from '@trading/database';
import type { TimeRange } from '../timeRange';

const ENSURE_PARTITIONS = `SELECT data_ingestion.ensure_market_data_partitions($1, $2) AS created`;

/** Makes the partitions that a range of bars goes to; the names of those that were not there. */
export async function ensurePartitions(sql: Sql, { first, last }: TimeRange): Promise<string[]> {
  const [row] = await sql.query<{ created: string[] }>(ENSURE_PARTITIONS, [first, last]);
  return row?.created ?? [];
}
