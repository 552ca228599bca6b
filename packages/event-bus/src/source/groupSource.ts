import { performance } from 'node:perf_hooks';
import type { Transaction } from '@trading/database';
import type { EventBatch, EventSource, Outlook, SourceOptions, Turn } from '../eventSource';
import { comparePlaces, type Place } from '../place';
import type { RecordedEvent } from '../recordedEvent';
import type { Head } from '../sql/readHeads';
import { readOutbox } from '../sql/readOutbox';
import { GroupPlace } from './groupPlace';
import type { Stretch, StretchReader } from './stretch';

/** Events that are looked at with one read, where batches are not larger still. */
const READ_AT_ONCE = 500;

/** Where the events come from before the log itself is asked. */
export interface Upstream {
  readonly read: StretchReader;
  /** After so long with nothing new from there the log itself is asked, ms: whoever fills it may be down. */
  readonly auditMs: number;
}

/** How many events came which way. */
export interface Origins {
  readonly upstream: number;
  readonly log: number;
}

/**
 * A group's events: from upstream while that has them, from the log itself while it hasn't or where there is none. The
 * group's place is in PostgreSQL either way, and moves in the handler's transaction.
 */
export class GroupSource implements EventSource {
  readonly #types: readonly string[];
  readonly #place: GroupPlace;
  readonly #upstream: Upstream | undefined;
  readonly #readLog: StretchReader;
  #heardAt = performance.now();
  #logHasWork = false;
  #ahead: Ahead | undefined;
  #prefetch: Promise<Ahead | undefined> | undefined;
  #origins = { upstream: 0, log: 0 };

  constructor(options: SourceOptions, upstream?: Upstream) {
    this.#types = options.types;
    this.#place = new GroupPlace(options);
    this.#upstream = upstream;
    this.#readLog = (types, after, limit) => readOutbox(options.sql, after, types, limit);
  }

  get origins(): Origins {
    return this.#origins;
  }

  async next(limit: number): Promise<EventBatch> {
    const place = await this.#place.current();
    const ahead = (await this.#fetched(place)) ?? (await this.#fetch(place, limit));
    if (ahead === undefined) return NOTHING;
    const { stretch, origin } = ahead;
    const events = stretch.events.slice(0, limit);
    const rest = stretch.events.slice(limit);
    const after = events.at(-1)?.place ?? stretch.reached;
    this.#ahead = { origin, after, stretch: { ...stretch, events: rest } };
    this.#origins[origin] += events.length;
    if (rest.length < limit && stretch.full) this.#fetchBehind(this.#ahead, limit);
    if (events.length === 0) await this.#place.skipTo(stretch.reached);
    return { events, more: stretch.full || rest.length > 0 };
  }

  takeTurn(): Promise<Turn | undefined> {
    return this.#place.takeTurn();
  }

  claim(
    tx: Transaction,
    run: readonly RecordedEvent[],
    handled: readonly RecordedEvent[],
  ): Promise<ReadonlySet<string> | undefined> {
    return this.#place.claim(tx, run, handled);
  }

  settled(run: readonly RecordedEvent[], held: readonly RecordedEvent[]): void {
    const last = run.at(-1);
    if (last !== undefined) this.#place.settled(last.place, held);
  }

  abandoned(): void {
    this.#ahead = undefined;
    this.#prefetch = undefined;
  }

  place(): Promise<Place> {
    return this.#place.current();
  }

  async outlook(heads: readonly Head[]): Promise<Outlook> {
    const outlook = await this.#place.outlook(heads);
    this.#logHasWork = outlook === 'ready';
    return outlook;
  }

  async close(): Promise<void> {
    await this.#prefetch;
    this.abandoned();
    await this.#place.store();
  }

  /** What was read before, if it follows on the place and still has something. */
  async #fetched(place: Place): Promise<Ahead | undefined> {
    const kept = this.#ahead;
    const next = await this.#prefetch;
    this.#ahead = undefined;
    this.#prefetch = undefined;
    if (kept === undefined || comparePlaces(kept.after, place) !== 0) return undefined;
    if (next === undefined) return kept.stretch.events.length === 0 ? undefined : kept;
    const events = [...kept.stretch.events, ...next.stretch.events];
    if (events.length === 0) return undefined;
    return { origin: next.origin, after: place, stretch: { ...next.stretch, events } };
  }

  async #fetch(after: Place, limit: number): Promise<Ahead | undefined> {
    const rows = Math.max(limit, READ_AT_ONCE);
    const upstream = await this.#readUpstream(after, rows);
    if (upstream !== undefined && upstream.events.length > 0) {
      this.#heardAt = performance.now();
      return { origin: 'upstream', after, stretch: upstream };
    }
    if (upstream !== undefined && !this.#logIsDue()) {
      await this.#place.skipTo(upstream.reached);
      return undefined;
    }
    const stretch = await this.#readLog(this.#types, after, rows);
    this.#logHasWork = false;
    // As long as the log has something upstream is behind, and the log is asked again at once.
    if (stretch === undefined || stretch.events.length === 0) this.#heardAt = performance.now();
    return stretch === undefined ? undefined : { origin: 'log', after, stretch };
  }

  /** Reads on from where a stretch ends, while its last events are being handled. */
  #fetchBehind({ origin, stretch }: Ahead, limit: number): void {
    const read = origin === 'log' ? this.#readLog : this.#upstream?.read;
    const reading = read?.(this.#types, stretch.reached, Math.max(limit, READ_AT_ONCE));
    this.#prefetch = reading?.then(
      (next) => (next === undefined ? undefined : { origin, after: stretch.reached, stretch: next }),
      // The same read is made again when its events are due, and its failure is reported then.
      () => undefined,
    );
  }

  async #readUpstream(after: Place, limit: number): Promise<Stretch | undefined> {
    // While upstream is away, or has lost something, the log has it.
    return this.#upstream?.read(this.#types, after, limit).catch(() => undefined);
  }

  #logIsDue(): boolean {
    const auditMs = this.#upstream?.auditMs ?? 0;
    return this.#logHasWork || performance.now() - this.#heardAt >= auditMs;
  }
}

/** What was read and is not handed out yet; it follows what was handed out up to `after`. */
interface Ahead {
  readonly origin: keyof Origins;
  readonly after: Place;
  readonly stretch: Stretch;
}

const NOTHING: EventBatch = { events: [], more: false };
