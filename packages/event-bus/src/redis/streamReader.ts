import { comparePlaces, type Place } from '../place';
import type { RecordedEvent } from '../recordedEvent';
import type { Stretch } from '../source/stretch';
import type { RedisConnection } from './connect';
import { parseEnvelope } from './envelope';
import { type BusKeys, entryId, entryPlace } from './keys';

/** An entry: its id, then its fields as alternating names and values. */
type Entry = [id: string, fields: string[]];
type StreamReply = [key: string, entries: Entry[]][] | null;

/**
 * Reads the streams of some event types behind a place as one sequence in commit order.
 *
 * Streams may have been emptied, trimmed, evicted or replaced by older ones. So every entry names the one before it in
 * its stream, the relay's hash names the last of each, and both are read at one moment: a gap anywhere shows.
 *
 * @param limit  entries of each stream
 * @returns undefined where an entry is missing: the log itself has it
 * @throws what the connection throws
 */
export async function readStreams(
  redis: RedisConnection,
  keys: BusKeys,
  types: readonly string[],
  after: Place,
  limit: number,
): Promise<Stretch | undefined> {
  const from = entryId(after);
  const streams = types.map((type) => keys.stream(type));
  const replies = await redis
    .multi()
    .xread('COUNT', limit, 'STREAMS', ...streams, ...streams.map(() => from))
    .hmget(keys.relay, 'place', 'seed', ...types.map((type) => `last:${type}`))
    .exec();
  const [[readError, read] = [], [lastError, lasts] = []] = replies ?? [];
  if (readError) throw readError;
  if (lastError) throw lastError;
  const [place, seed, ...lastIds] = lasts as (string | null)[];
  // Redis has lost the relay's hash, or never had it.
  if (typeof place !== 'string' || typeof seed !== 'string') return undefined;
  if (comparePlaces(entryPlace(seed), after) > 0) return undefined;
  const byStream = new Map(read as StreamReply);

  const found: RecordedEvent[] = [];
  let bound: Place | undefined;
  for (const [index, stream] of streams.entries()) {
    const entries = byStream.get(stream) ?? [];
    const chain = followChain(entries, after);
    if (chain === undefined) return undefined;
    const cut = entries.length === limit;
    const last = lastIds[index];
    if (!cut && typeof last === 'string' && comparePlaces(entryPlace(last), chain.end) > 0) return undefined;
    // Of a stream that was cut off, nothing is known beyond its last entry: the others wait for it there.
    if (cut && (bound === undefined || comparePlaces(chain.end, bound) < 0)) bound = chain.end;
    found.push(...chain.events);
  }
  found.sort((a, b) => comparePlaces(a.place, b.place));
  const limitPlace = bound;
  if (limitPlace !== undefined) {
    const events = found.filter((event) => comparePlaces(event.place, limitPlace) <= 0);
    return { events, reached: limitPlace, full: true };
  }
  const relayed = entryPlace(place);
  return { events: found, reached: comparePlaces(relayed, after) > 0 ? relayed : after, full: false };
}

/** The entries of one stream, if each follows the one before it and the first follows what was read last. */
function followChain(
  entries: readonly Entry[],
  after: Place,
): { events: RecordedEvent[]; end: Place } | undefined {
  const events: RecordedEvent[] = [];
  let end = after;
  for (const [id, fields] of entries) {
    const previous = field(fields, 'previous');
    const json = field(fields, 'event');
    if (previous === undefined || json === undefined) return undefined;
    if (comparePlaces(entryPlace(previous), end) > 0) return undefined;
    end = entryPlace(id);
    events.push({ place: end, record: parseEnvelope(json) });
  }
  return { events, end };
}

function field(fields: readonly string[], name: string): string | undefined {
  const at = fields.indexOf(name);
  return at === -1 ? undefined : fields[at + 1];
}
