import type { EventRecord } from '../recordedEvent';

/** An event as programs outside see it, in announcements and in streams: one JSON object. */
export interface Envelope {
  readonly type: string;
  readonly service: string;
  readonly data: unknown;
  /** When it happened, ISO 8601, UTC. */
  readonly timestamp: string;
  readonly id: string;
  readonly version: number;
  readonly key: string;
  readonly correlationId: string;
  readonly causationId: string | null;
}

/** What an envelope's JSON says. */
export function parseEnvelope(json: string): EventRecord {
  const envelope: Envelope = JSON.parse(json);
  // Field by field, because this is done for every event: spreading the rest takes three times as long.
  return {
    id: envelope.id,
    type: envelope.type,
    version: envelope.version,
    service: envelope.service,
    key: envelope.key,
    correlationId: envelope.correlationId,
    causationId: envelope.causationId,
    occurredAt: envelope.timestamp,
    data: envelope.data,
  };
}

const TYPE_FROM = '{"type":'.length;

/** The type in an envelope as the log seals it, which begins with it; nothing else of it is read. */
export function typeOfEnvelope(json: string): string {
  return JSON.parse(json.slice(TYPE_FROM, json.indexOf(',"service":')));
}
