import { type Sql, sendLast, type Transaction } from '@trading/database';
import type { SystemLogLine } from '../systemLog';

/** Writes lines of the system log, in their order, with one statement. */
export async function insertSystemLogs(
  sql: Sql | Transaction,
  lines: readonly SystemLogLine[],
): Promise<void> {
  await sendLast(sql, {
    text: `INSERT INTO logging.system_logs
            ("timestamp", service, level, event_type, message, correlation_id, metadata, event_id)
     SELECT "timestamp", service, level, event_type, message, correlation_id, metadata::jsonb, event_id
       FROM unnest($1::timestamptz[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::uuid[])
            WITH ORDINALITY AS line ("timestamp", service, level, event_type, message, correlation_id, metadata, event_id, place)
      ORDER BY place`,
    values: [
      lines.map((line) => line.timestamp),
      lines.map((line) => line.service),
      lines.map((line) => line.level),
      lines.map((line) => line.eventType),
      lines.map((line) => line.message),
      lines.map((line) => line.correlationId),
      lines.map((line) => (line.metadata === null ? null : JSON.stringify(line.metadata))),
      lines.map((line) => line.eventId),
    ],
    name: 'logging_insert_system_logs',
  });
}
