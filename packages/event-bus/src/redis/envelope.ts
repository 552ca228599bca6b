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
  const { timestamp, ...rest }: Envelope = JSON.parse(json);
  return { ...rest, occurredAt: timestamp };
}
