import { comparePlaces, type Place } from '../place';
import type { RecordedEvent } from '../recordedEvent';
import type { Stretch } from '../source/stretch';
import { parseEnvelope } from './envelope';
import { type BusKeys, entryId, entryPlace } from './keys';
import type { ReadScript } from './scripts';

/** Of one stream at most, bytes: a run of large events must not fill the memory, here or there. */
const STREAM_BYTES = 4_000_000;

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
  read: ReadScript,
  keys: BusKeys,
  types: readonly string[],
  after: Place,
  limit: number,
): Promise<Stretch | undefined> {
  const streams = types.map((type) => keys.stream(type));
  const args = [entryId(after), String(limit), String(STREAM_BYTES), ...types];
  const [place, seed, ...replies] = await read([keys.relay, ...streams], args);
  // Redis has lost the relay's hash, or never had it.
  if (typeof place !== 'string' || typeof seed !== 'string') return undefined;
  if (comparePlaces(entryPlace(seed), after) > 0) return undefined;

  const found: RecordedEvent[] = [];
  let bound: Place | undefined;
  for (let stream = 0; stream < streams.length; stream += 1) {
    const [last, cut, lines] = replies.slice(3 * stream, 3 * stream + 3);
    const chain = followChain(String(lines), after);
    if (chain === undefined) return undefined;
    if (cut === 0 && typeof last === 'string' && comparePlaces(entryPlace(last), chain.end) > 0)
      return undefined;
    // Of a stream that was cut off, nothing is known beyond its last entry: the others wait for it there.
    if (cut === 1 && (bound === undefined || comparePlaces(chain.end, bound) < 0)) bound = chain.end;
    found.push(...chain.events);
  }
  if (streams.length > 1) found.sort((a, b) => comparePlaces(a.place, b.place));
  const limitPlace = bound;
  if (limitPlace !== undefined) {
    const events = found.filter((event) => comparePlaces(event.place, limitPlace) <= 0);
    return { events, reached: limitPlace, full: true };
  }
  const relayed = entryPlace(place);
  return { events: found, reached: comparePlaces(relayed, after) > 0 ? relayed : after, full: false };
}

/** The entries of one stream, if each follows the one before it and the first follows what was read last. */
function followChain(lines: string, after: Place): { events: RecordedEvent[]; end: Place } | undefined {
  const events: RecordedEvent[] = [];
  let end = after;
  let last = '';
  for (const line of lines.split('\n').slice(0, -1)) {
    const afterId = line.indexOf(' ');
    const afterPrevious = line.indexOf(' ', afterId + 1);
    if (afterPrevious === -1) return undefined;
    const previous = line.slice(afterId + 1, afterPrevious);
    if (previous !== last && comparePlaces(entryPlace(previous), end) > 0) return undefined;
    last = line.slice(0, afterId);
    end = entryPlace(last);
    events.push({ place: end, record: parseEnvelope(line.slice(afterPrevious + 1)) });
  }
  return { events, end };
}
