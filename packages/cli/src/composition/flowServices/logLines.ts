import { poolSql, type ServicePool } from '@trading/database';
import { dailyBarStart } from '@trading/model';
import type { LogCount } from '@trading/orchestration';

/** The lines of a New York date by service and level. @param pool  logging's */
export async function logCounts(pool: ServicePool, date: string): Promise<LogCount[]> {
  const from = dailyBarStart(date);
  // 26 hours on is the next day on any day, also on the two that have 23 or 25 hours.
  const next = new Date(from.getTime() + 26 * 3_600_000).toISOString().slice(0, 10);
  const rows = await poolSql(pool).query<{ service: string; level: string; lines: string }>(
    `SELECT service, level, count(*) AS lines FROM logging.system_logs
     WHERE timestamp >= $1 AND timestamp < $2 GROUP BY service, level ORDER BY service, level`,
    [from, dailyBarStart(next)],
  );
  return rows.map(({ service, level, lines }) => ({ service, level, lines: Number(lines) }));
}

/** Writes a summary into the system log, once for each key. @param pool  logging's */
export async function logSummaryOnce(pool: ServicePool, key: string, text: string): Promise<void> {
  await poolSql(pool).query(
    `INSERT INTO logging.system_logs (timestamp, service, level, event_type, message)
     SELECT now(), 'notification', 'info', $1::text, $2
     WHERE NOT EXISTS (SELECT FROM logging.system_logs WHERE event_type = $1::text)`,
    [key, text],
  );
}
