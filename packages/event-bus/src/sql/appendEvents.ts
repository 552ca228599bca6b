import type { Sql } from '@trading/database';
import type { EventRecord } from '../recordedEvent';

/** An event that is to be appended; every `TradingEvent` is one. */
export type AppendableEvent = Omit<EventRecord, 'occurredAt'> & { readonly occurredAt: Date };

const APPEND_ONE = `
  INSERT INTO event_bus.outbox
    (event_id, event_type, version, service, key, correlation_id, causation_id, data, occurred_at)
  VALUES ($1::uuid, $2, $3::smallint, $4, $5, $6, $7, $8::jsonb, $9::timestamptz)`;

const APPEND_MANY = `
  INSERT INTO event_bus.outbox
    (event_id, event_type, version, service, key, correlation_id, causation_id, data, occurred_at)
  SELECT "id", "type", "version", "service", "key", "correlationId", "causationId", "data", "occurredAt"
  FROM jsonb_to_recordset($1::jsonb) AS e("id" uuid, "type" text, "version" smallint, "service" text, "key" text,
    "correlationId" text, "causationId" text, "data" jsonb, "occurredAt" timestamptz)`;

/** Appends events to the log in their order, in the caller's transaction, with one statement whatever their number. */
export async function appendEvents(sql: Sql, events: readonly AppendableEvent[]): Promise<void> {
  const [first, ...others] = events;
  if (first === undefined) return;
  if (others.length > 0) {
    await sql.query(APPEND_MANY, [JSON.stringify(events)], 'event_bus.append_events');
    return;
  }
  await sql.query(
    APPEND_ONE,
    [
      first.id,
      first.type,
      first.version,
      first.service,
      first.key,
      first.correlationId,
      first.causationId,
      JSON.stringify(first.data),
      first.occurredAt.toISOString(),
    ],
    'event_bus.append_event',
  );
}
