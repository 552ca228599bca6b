import type { LastStatement } from '@trading/database';
import type { RecordedEvent } from '../recordedEvent';
import { errorText } from './errorText';
import { RECORD_JSON } from './recordJson';

const RECORD = `
  INSERT INTO event_bus.dead_letters (consumer_group, event_id, event_type, event, error, stack, attempts)
  SELECT $1, o.event_id, o.event_type, ${RECORD_JSON}, $4, $5, $6::int
  FROM event_bus.outbox o WHERE o.xid = $2::bigint AND o.id = $3::bigint
  ON CONFLICT (consumer_group, event_id) DO UPDATE SET error = excluded.error, stack = excluded.stack,
    attempts = event_bus.dead_letters.attempts + excluded.attempts, failed_at = now(), resolved_at = NULL`;

/** Keeps an event that a group could not handle, whole, with its last error. */
export function recordDeadLetter(
  group: string,
  { position }: RecordedEvent,
  error: Error,
  attempts: number,
): LastStatement {
  const { message, stack } = errorText(error);
  return {
    text: RECORD,
    values: [group, position.xid.toString(), position.id.toString(), message, stack, attempts],
    name: 'event_bus.record_dead_letter',
  };
}
