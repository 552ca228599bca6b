import type { LastStatement, Sql } from '@trading/database';
import type { EventRecord } from '../recordedEvent';
import { errorText } from './errorText';

const ANY = `
  SELECT 1 FROM event_bus.dead_letters
  WHERE consumer_group = $1 AND retry_requested_at IS NOT NULL AND resolved_at IS NULL LIMIT 1`;

const TAKE = `
  WITH letter AS (
    SELECT id, consumer_group, event_id, event FROM event_bus.dead_letters
    WHERE consumer_group = $1 AND retry_requested_at IS NOT NULL AND resolved_at IS NULL
    ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED
  ), fresh AS (
    INSERT INTO event_bus.inbox (consumer_group, event_id) SELECT consumer_group, event_id FROM letter
    ON CONFLICT DO NOTHING RETURNING event_id
  )
  SELECT letter.id::text AS id, letter.event, EXISTS (SELECT 1 FROM fresh) AS due FROM letter`;

const RESOLVE = `
  UPDATE event_bus.dead_letters SET resolved_at = now(), retry_requested_at = NULL WHERE id = $1::bigint`;

const FAILED = `
  UPDATE event_bus.dead_letters SET retry_requested_at = NULL, attempts = attempts + 1, error = $2, stack = $3,
    failed_at = now()
  WHERE id = $1::bigint AND resolved_at IS NULL`;

/** A dead letter that is to be handled again. */
export interface RequestedRetry {
  readonly id: string;
  readonly event: EventRecord;
  /** False where the event has had its effect meanwhile, by a replay. */
  readonly due: boolean;
}

/** Whether someone asked for a dead letter of the group to be handled again. */
export async function hasRequestedRetry(sql: Sql, group: string): Promise<boolean> {
  return (await sql.query(ANY, [group], 'event_bus.has_requested_retry')).length > 0;
}

/** Takes the oldest such dead letter and marks its event as handled, in the handler's transaction. */
export async function takeRequestedRetry(sql: Sql, group: string): Promise<RequestedRetry | undefined> {
  const [row] = await sql.query<RequestedRetry & Record<string, unknown>>(
    TAKE,
    [group],
    'event_bus.take_requested_retry',
  );
  return row;
}

/** The event has had its effect after all. */
export function resolveDeadLetter(id: string): LastStatement {
  return { text: RESOLVE, values: [id], name: 'event_bus.resolve_dead_letter' };
}

/** It failed again: nobody tries until someone asks again. */
export async function noteRetryFailure(sql: Sql, id: string, error: Error): Promise<void> {
  const { message, stack } = errorText(error);
  await sql.query(FAILED, [id, message, stack], 'event_bus.note_retry_failure');
}
