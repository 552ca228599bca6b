import type { Sql } from '@trading/database';

const READ = `
  SELECT c.relname AS name, pg_total_relation_size(c.oid)::float8 AS bytes, greatest(c.reltuples, 0)::float8 AS events,
    pg_get_expr(c.relpartbound, c.oid) LIKE '%MAXVALUE%' AS open
  FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
  WHERE i.inhparent = 'event_bus.outbox'::regclass
  ORDER BY (regexp_match(pg_get_expr(c.relpartbound, c.oid), 'FROM \\(''?(\\d+)''?\\)'))[1]::bigint`;

/** A piece of the log. */
export interface LogPartition {
  readonly name: string;
  /** Table and indexes. */
  readonly bytes: number;
  /** As the planner estimates it. */
  readonly events: number;
  /** Publishing goes here. */
  readonly open: boolean;
}

/** The log's partitions, the oldest first. */
export function readPartitions(sql: Sql): Promise<LogPartition[]> {
  return sql.query<LogPartition & Record<string, unknown>>(READ, [], 'event_bus.read_partitions');
}
