import type { Transaction } from '@trading/database';
import type { EventBatch, EventSource, Outlook, SourceOptions } from '../eventSource';
import { comparePlaces, type Place } from '../place';
import { OutboxSource } from '../postgres/outboxSource';
import type { RecordedEvent } from '../recordedEvent';
import type { Head } from '../sql/readHeads';
import type { RedisConnection } from './connect';
import type { BusKeys } from './keys';
import { readStreams, type StreamStretch } from './streamReader';

/** Entries are read for several batches at once: what is left over spares the next round trip. */
const READ_AHEAD_BATCHES = 4;

/** What a stream source is made of. */
export interface StreamSourceOptions extends SourceOptions {
  readonly redis: RedisConnection;
  readonly keys: BusKeys;
  /** After so long with nothing new from the streams the log itself is asked, ms: a relay may be down. */
  readonly auditMs: number;
  /** Clock, ms. */
  readonly now: () => number;
}

/**
 * Reads a group's events from Redis while it has them, and from the log itself while it hasn't. The group's place is in
 * PostgreSQL either way, and moves in the handler's transaction, so nothing that Redis forgets is lost or doubled.
 */
export class StreamSource implements EventSource {
  readonly #options: StreamSourceOptions;
  readonly #outbox: OutboxSource;
  #heardAt: number;
  #fromStreams = 0;
  #fromLog = 0;
  #logHasWork = false;
  /** What was read and is not handed out yet; it follows what was handed out up to `after`. */
  #ahead: (StreamStretch & { readonly after: Place }) | undefined;

  constructor(options: StreamSourceOptions) {
    this.#options = options;
    this.#outbox = new OutboxSource(options);
    this.#heardAt = options.now();
  }

  /** How many events came which way. */
  get origins(): { readonly streams: number; readonly log: number } {
    return { streams: this.#fromStreams, log: this.#fromLog };
  }

  async next(limit: number): Promise<EventBatch> {
    const after = await this.#outbox.place();
    const ahead = this.#readAhead(after) ?? (await this.#read(after, limit));
    if (ahead !== undefined && ahead.events.length > 0) {
      this.#heardAt = this.#options.now();
      const events = ahead.events.slice(0, limit);
      this.#fromStreams += events.length;
      this.#ahead = { ...ahead, after: events.at(-1)?.place ?? after, events: ahead.events.slice(limit) };
      return { events, more: ahead.full || this.#ahead.events.length > 0 };
    }
    if (ahead !== undefined && !this.#logIsDue()) {
      await this.#outbox.skipTo(ahead.reached);
      return { events: [], more: false };
    }
    return this.#nextFromLog(limit);
  }

  /** What an earlier read found beyond its batch, if that batch was handled to its end. */
  #readAhead(after: Place): StreamStretch | undefined {
    const ahead = this.#ahead;
    if (ahead === undefined || ahead.events.length === 0) return undefined;
    return comparePlaces(ahead.after, after) === 0 ? ahead : undefined;
  }

  async #read(after: Place, limit: number): Promise<StreamStretch | undefined> {
    const { redis, keys, types } = this.#options;
    this.#ahead = undefined;
    // While Redis is away, or has lost something, the log has it.
    return readStreams(redis, keys, types, after, limit * READ_AHEAD_BATCHES).catch(() => undefined);
  }

  #logIsDue(): boolean {
    return this.#logHasWork || this.#options.now() - this.#heardAt >= this.#options.auditMs;
  }

  async #nextFromLog(limit: number): Promise<EventBatch> {
    const batch = await this.#outbox.next(limit);
    this.#fromLog += batch.events.length;
    // As long as the log has something the streams are behind, and it is asked again at once.
    if (batch.events.length === 0) this.#heardAt = this.#options.now();
    this.#logHasWork = false;
    return batch;
  }

  claim(
    tx: Transaction,
    events: readonly RecordedEvent[],
    handled: boolean,
  ): Promise<Set<string> | undefined> {
    return this.#outbox.claim(tx, events, handled);
  }

  settled(events: readonly RecordedEvent[]): Promise<void> {
    return this.#outbox.settled(events);
  }

  abandoned(): void {
    this.#ahead = undefined;
    this.#outbox.abandoned();
  }

  place(): Promise<Place> {
    return this.#outbox.place();
  }

  async outlook(heads: readonly Head[]): Promise<Outlook> {
    const outlook = await this.#outbox.outlook(heads);
    this.#logHasWork = outlook === 'ready';
    return outlook;
  }

  close(): Promise<void> {
    return this.#outbox.close();
  }
}
