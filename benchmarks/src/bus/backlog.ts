import { EVENT_TYPES, EVENTS, type EventType } from '@trading/model';
import { EVENT_SAMPLES } from '@trading/testing';
import type { Client } from 'pg';

/**
 * So many types: the catalogue's first, then types that nobody of ours knows, as a newer program might publish.
 *
 * @returns all of them, and those that a consumer can hear
 */
export function eventTypes(count: number): { readonly all: string[]; readonly heard: EventType[] } {
  const heard = EVENT_TYPES.slice(0, count);
  const unknown = Array.from({ length: count - heard.length }, (_, index) => `future_type_${index}`);
  return { all: [...heard, ...unknown], heard };
}

/** Events in one transaction: many enough to fill millions quickly, few enough for a group to take them in a batch. */
const A_TRANSACTION = 1_000;

/**
 * Fills the log with events whose types take turns, as the superuser, in as many transactions as it takes.
 *
 * @param count  a multiple of a thousand
 */
export async function fillLog(admin: Client, count: number, types: readonly string[]): Promise<void> {
  const kinds = types.map((type, index) => {
    const known = EVENTS[type as EventType] === undefined ? 'market_data_updated' : (type as EventType);
    return { index, type, service: EVENTS[known].publishers[0], data: EVENT_SAMPLES[known] };
  });
  await admin.query(
    'CREATE TEMP TABLE IF NOT EXISTS kinds (index int PRIMARY KEY, type text, service text, data jsonb)',
  );
  await admin.query('TRUNCATE kinds');
  await admin.query(
    'INSERT INTO kinds SELECT * FROM jsonb_to_recordset($1) AS k(index int, type text, service text, data jsonb)',
    [JSON.stringify(kinds)],
  );
  // A script, because only outside of a function's transaction can it commit; so its numbers are spliced in.
  await admin.query(`
    DO $$ BEGIN
      FOR transaction IN 1..${count / A_TRANSACTION} LOOP
        INSERT INTO event_bus.outbox (event_id, event_type, version, service, key, correlation_id, data, occurred_at)
        SELECT uuidv7(), k.type, 1, k.service, 'SYM' || n % 100, 'bench', k.data, clock_timestamp()
        FROM generate_series((transaction - 1) * ${A_TRANSACTION}, transaction * ${A_TRANSACTION} - 1) AS n
        JOIN kinds AS k ON k.index = n % ${types.length};
        COMMIT;
      END LOOP;
    END $$`);
}
