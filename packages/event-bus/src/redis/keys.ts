import type { Place } from '../place';

/**
 * The names in Redis. All keys share one hash tag, so that in a Cluster they live on one node: a script can then move
 * many streams at once, and a reader of several streams sees them at one moment.
 */
export interface BusKeys {
  /** One stream an event type. */
  stream(type: string): string;
  /** A hash: `place` (how far the streams are filled), `seed` (where they begin), `last:<type>` (each stream's last entry). */
  readonly relay: string;
  /** Channel on which the relay says that it has moved. */
  readonly wake: string;
}

/** The names under a prefix; several systems may share one Redis under different prefixes. */
export function busKeys(prefix = 'trading'): BusKeys {
  return {
    stream: (type) => `{${prefix}}:stream:${type}`,
    relay: `{${prefix}}:relay`,
    wake: `{${prefix}}:wake`,
  };
}

/** The channel on which events of a type are announced to whoever listens just now. */
export function announcementChannel(type: string): string {
  return `data_sync:${type}`;
}

/** A place as a stream's entry id. Redis orders ids as we order places, and refuses one that is not beyond the last. */
export function entryId({ xid, id }: Place): string {
  return `${xid}-${id}`;
}

/** The place that an entry id stands for. */
export function entryPlace(entry: string): Place {
  const [xid = '0', id = '0'] = entry.split('-');
  return { xid: BigInt(xid), id: BigInt(id) };
}
