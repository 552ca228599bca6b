import type { LogPosition } from '../logPosition';

/** The names in Redis. They share one hash tag, so that in a Cluster one script can move many streams at once. */
export interface BusKeys {
  /** Holds the id of the system whose events this Redis carries. */
  readonly owner: string;
  /** The relay's own record: how far the streams are filled. A fence between relays; the checkpoint is in PostgreSQL. */
  readonly relay: string;
  /** One stream an event type. */
  stream(type: string): string;
}

/** Says which system a Redis carries events of. */
export const OWNER_KEY = '{trading}:system';

/** The names of a system, by its id: see `readSystemId`. */
export function busKeys(systemId: string): BusKeys {
  return {
    owner: OWNER_KEY,
    relay: `{trading}:${systemId}:relay`,
    stream: (type) => `{trading}:${systemId}:stream:${type}`,
  };
}

/** The channel on which events of a type are announced to whoever listens just now. */
export function announcementChannel(type: string): string {
  return `data_sync:${type}`;
}

/** A position as a stream's entry id. Redis orders ids as we order positions, and refuses one that is not beyond the last. */
export function entryId({ xid, id }: LogPosition): string {
  return `${xid}-${id}`;
}

/** The position that an entry id stands for. */
export function entryPosition(entry: string): LogPosition {
  const [xid = '0', id = '0'] = entry.split('-');
  return { xid: BigInt(xid), id: BigInt(id) };
}
