import type { Sql } from '@trading/database';

const LIST_PARTITIONS = `
SELECT child.relname AS name,
       (regexp_match(bound, 'FROM \\(''([^'']+)''\\)'))[1]::timestamptz AS first,
       (regexp_match(bound, 'TO \\(''([^'']+)''\\)'))[1]::timestamptz AS until,
       greatest(child.reltuples, 0)::float8 AS rows,
       pg_total_relation_size(child.oid)::float8 AS bytes
  FROM pg_inherits
  JOIN pg_class AS child ON child.oid = pg_inherits.inhrelid
 CROSS JOIN LATERAL pg_get_expr(child.relpartbound, child.oid) AS bound
 WHERE pg_inherits.inhparent = 'data_ingestion.market_data'::regclass
 ORDER BY first`;

/** One partition of market_data. */
export interface Partition {
  readonly name: string;
  /** Bars that start at or after it ... */
  readonly first: Date;
  /** ... and before it. */
  readonly until: Date;
  /** As PostgreSQL estimates it; 0 for one that was never analysed. */
  readonly rows: number;
  /** Table and indexes. */
  readonly bytes: number;
}

/** Every partition of market_data, in the order of time. */
export function listPartitions(sql: Sql): Promise<Partition[]> {
  return sql.query<{ name: string; first: Date; until: Date; rows: number; bytes: number }>(LIST_PARTITIONS);
}
