import type { Sql } from '@trading/database';

const DROP_PARTITIONS = 'SELECT data_ingestion.drop_market_data_partitions_before($1) AS dropped';

/** Drops the partitions that end at or before `cutoff`, with the revisions of their bars; their names. */
export async function dropPartitions(sql: Sql, cutoff: Date): Promise<string[]> {
  const [row] = await sql.query<{ dropped: string[] }>(DROP_PARTITIONS, [cutoff]);
  return row?.dropped ?? [];
}
