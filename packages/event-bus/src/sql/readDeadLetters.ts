import type { Sql } from '@trading/database';
import type { EventRecord } from '../recordedEvent';

const READ = `
  SELECT id::text, consumer_group, event_id, event_type, event, error, stack, attempts, failed_at, retry_requested_at,
    resolved_at
  FROM event_bus.dead_letters
  WHERE ($1::text IS NULL OR consumer_group = $1) AND ($2::bigint IS NULL OR id = $2)
    AND ($3::boolean OR resolved_at IS NULL)
  ORDER BY id DESC LIMIT $4`;

interface Row {
  id: string;
  consumer_group: string;
  event_id: string;
  event_type: string;
  event: EventRecord;
  error: string;
  stack: string | null;
  attempts: number;
  failed_at: Date;
  retry_requested_at: Date | null;
  resolved_at: Date | null;
}

/** An event that a group could not handle, as plain data. */
export interface DeadLetter {
  readonly id: string;
  readonly group: string;
  readonly eventId: string;
  readonly eventType: string;
  readonly event: EventRecord;
  readonly error: string;
  readonly stack: string | null;
  readonly attempts: number;
  /** ISO 8601, UTC, as all its times. */
  readonly failedAt: string;
  readonly retryRequestedAt: string | null;
  readonly resolvedAt: string | null;
}

/** Which dead letters are meant. */
export interface DeadLetterFilter {
  readonly group?: string;
  readonly id?: string;
  /** Those that were handled after all too. */
  readonly resolved?: boolean;
  /** 100. */
  readonly limit?: number;
}

/** Dead letters, the newest first. */
export async function readDeadLetters(sql: Sql, filter: DeadLetterFilter = {}): Promise<DeadLetter[]> {
  const { group = null, id = null, resolved = false, limit = 100 } = filter;
  const rows = await sql.query<Row>(READ, [group, id, resolved, limit], 'event_bus.read_dead_letters');
  return rows.map((row) => ({
    id: row.id,
    group: row.consumer_group,
    eventId: row.event_id,
    eventType: row.event_type,
    event: row.event,
    error: row.error,
    stack: row.stack,
    attempts: row.attempts,
    failedAt: row.failed_at.toISOString(),
    retryRequestedAt: row.retry_requested_at?.toISOString() ?? null,
    resolvedAt: row.resolved_at?.toISOString() ?? null,
  }));
}
