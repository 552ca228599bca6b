import type { Sql } from '@trading/database';
import type { EventRecord } from '../recordedEvent';
import { errorText } from './errorText';

const RECORD = `
  INSERT INTO event_bus.dead_letters (consumer_group, event_id, event_type, event, error, stack, attempts)
  VALUES ($1, $2::uuid, $3, $4::jsonb, $5, $6, $7)
  ON CONFLICT (consumer_group, event_id) DO UPDATE SET error = excluded.error, stack = excluded.stack,
    attempts = event_bus.dead_letters.attempts + excluded.attempts, failed_at = now(), resolved_at = NULL`;

/** Keeps an event that a group could not handle, whole, with its last error. */
export async function recordDeadLetter(
  sql: Sql,
  group: string,
  event: EventRecord,
  error: Error,
  attempts: number,
): Promise<void> {
  const { message, stack } = errorText(error);
  await sql.query(
    RECORD,
    [group, event.id, event.type, JSON.stringify(event), message, stack, attempts],
    'event_bus.record_dead_letter',
  );
}
