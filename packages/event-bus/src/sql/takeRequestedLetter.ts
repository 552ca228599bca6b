import type { Sql } from '@trading/database';
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

const REFUSE = `
  UPDATE event_bus.dead_letters SET retry_requested_at = NULL, attempts = attempts + 1, error = $2, stack = $3,
    failed_at = now()
  WHERE id = $1::bigint AND resolved_at IS NULL`;

/** A dead letter that is to be handled again. */
export interface RequestedLetter {
  readonly id: string;
  readonly event: EventRecord;
  /** False where the event has had its effect meanwhile, by a replay. */
  readonly due: boolean;
}

/** Whether someone asked for a dead letter of the group to be handled again. */
export async function hasRequestedLetter(sql: Sql, group: string): Promise<boolean> {
  return (await sql.query(ANY, [group], 'event_bus.has_requested_letter')).length > 0;
}

/** Takes the oldest such letter and marks its event as handled, in the handler's transaction. */
export async function takeRequestedLetter(sql: Sql, group: string): Promise<RequestedLetter | undefined> {
  const [row] = await sql.query<RequestedLetter & Record<string, unknown>>(
    TAKE,
    [group],
    'event_bus.take_requested_letter',
  );
  return row;
}

/** The event has had its effect after all. */
export async function resolveLetter(sql: Sql, id: string): Promise<void> {
  await sql.query(RESOLVE, [id], 'event_bus.resolve_letter');
}

/** It failed again: nobody tries until someone asks again. */
export async function refuseLetter(sql: Sql, id: string, error: Error): Promise<void> {
  const { message, stack } = errorText(error);
  await sql.query(REFUSE, [id, message, stack], 'event_bus.refuse_letter');
}
