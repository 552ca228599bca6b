import type { Sql } from '@trading/database';

/** A line that is to be there once. */
export interface SingleLogLine {
  /** Tells it from others, e.g. `daily_summary:2025-01-08`; at most 100 characters. */
  readonly eventType: string;
  readonly service: string;
  readonly message: string;
  readonly correlationId: string | null;
  readonly timestamp: Date;
}

// Others still read and write the table. Not an advisory lock: any login could hold that.
const LOCK = 'LOCK TABLE logging.system_logs IN SHARE UPDATE EXCLUSIVE MODE';
const INSERT = `
INSERT INTO logging.system_logs (timestamp, service, level, event_type, message, correlation_id)
SELECT $1, $2, 'info', $3::varchar, $4, $5
 WHERE NOT EXISTS (SELECT FROM logging.system_logs WHERE event_type = $3)
RETURNING id`;

/** Writes a line unless one of its event type is there; two at once wait for each other. @returns whether it is new */
export async function insertSystemLogOnce(tx: Sql, line: SingleLogLine): Promise<boolean> {
  await tx.query(LOCK);
  const rows = await tx.query(INSERT, [
    line.timestamp,
    line.service,
    line.eventType,
    line.message,
    line.correlationId,
  ]);
  return rows.length === 1;
}
