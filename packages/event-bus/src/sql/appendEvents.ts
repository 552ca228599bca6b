import { type LastStatement, type Sql, sendLast, type Transaction } from '@trading/database';
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

/** Appends events to the log in their order, in the caller's transaction: at its commit, where the transaction can. */
export async function appendEvents(
  sql: Sql | Transaction,
  events: readonly AppendableEvent[],
): Promise<void> {
  for (const statement of appendStatements(events)) await sendLast(sql, statement);
}

/** The one statement that appends events, whatever their number; none for none. */
export function appendStatements(events: readonly AppendableEvent[]): readonly LastStatement[] {
  const [first, ...others] = events;
  if (first === undefined) return [];
  return [others.length > 0 ? appendMany(events) : appendOne(first)];
}

function appendOne(event: AppendableEvent): LastStatement {
  const { id, type, version, service, key, correlationId, causationId, data, occurredAt } = event;
  return {
    text: APPEND_ONE,
    values: [
      id,
      type,
      version,
      service,
      key,
      correlationId,
      causationId,
      JSON.stringify(data),
      occurredAt.toISOString(),
    ],
    name: 'event_bus.append_event',
  };
}

function appendMany(events: readonly AppendableEvent[]): LastStatement {
  return { text: APPEND_MANY, values: [JSON.stringify(events)], name: 'event_bus.append_events' };
}
