import { setTimeout as delay } from 'node:timers/promises';
import type { Sql } from '@trading/database';
import { EVENT_TYPES } from '@trading/model';
import type { EventRecord } from '../recordedEvent';
import { readPositionBeforeLast } from '../sql/readLatest';
import { readOutbox } from '../sql/readOutbox';

/** Which events are shown. */
export interface TailOptions {
  /** How many of the last ones first. 10. */
  readonly count?: number;
  /** All types of the catalogue, unless given. */
  readonly types?: readonly string[];
  /** Go on with what is published from then on, until aborted. */
  readonly follow?: AbortSignal;
  /** Between two looks, ms. 250. */
  readonly pollMs?: number;
}

const READ_AT_ONCE = 500;

/** The last events of the log in commit order, and then, if asked to follow, those that come. Leaves no trace in the bus. */
export async function* tailEvents(sql: Sql, options: TailOptions = {}): AsyncGenerator<EventRecord> {
  const { count = 10, types = EVENT_TYPES, follow, pollMs = 250 } = options;
  let position = await readPositionBeforeLast(sql, count, types);
  for (;;) {
    const { events, reached, full } = await readOutbox(sql, position, types, READ_AT_ONCE);
    for (const { record } of events) yield record;
    const moved = reached !== position;
    position = reached;
    if (full || (moved && events.length > 0)) continue;
    if (follow === undefined || follow.aborted) return;
    // An abort only ends the wait early.
    await delay(pollMs, undefined, { signal: follow }).catch(() => {});
    if (follow.aborted) return;
  }
}
