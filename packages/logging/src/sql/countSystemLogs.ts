import type { Sql } from '@trading/database';

/** How many system log lines of a service and level there were. */
export interface LogLineCount {
  readonly service: string;
  readonly level: string;
  readonly lines: number;
}

const TEXT = `
SELECT service, level, count(*)::int AS lines FROM logging.system_logs
 WHERE timestamp >= $1 AND timestamp < $2 GROUP BY service, level ORDER BY service, level`;

/** Counts the system log's lines from a moment to before another. */
export function countSystemLogs(sql: Sql, from: Date, until: Date): Promise<LogLineCount[]> {
  return sql.query<LogLineCount & { [column: string]: unknown }>(TEXT, [from, until]);
}
