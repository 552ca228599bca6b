import { randomUUID } from 'node:crypto';

/**
 * A new event's id: a UUID of version 7, milliseconds since 1970 and then randomness (RFC 9562). Ids of events that
 * follow one another are neighbours in an index, which keeps it small and quick however many there are; nothing else
 * may be read from their order, because clocks differ and jump.
 */
export function createEventId(now: number = Date.now()): string {
  const time = now.toString(16).padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}-7${randomUUID().slice(15)}`;
}
