import { performance } from 'node:perf_hooks';
import type { Transaction } from '@trading/database';
import type { EventBatch, EventSource, Outlook, SourceOptions } from '../eventSource';
import { comparePlaces, type Place } from '../place';
import type { RecordedEvent } from '../recordedEvent';
import { claimStretch } from '../sql/claimStretch';
import { openGroup } from '../sql/openGroup';
import type { Head } from '../sql/readHeads';
import { readOutbox } from '../sql/readOutbox';

/** How long a group's row may lag behind what the group has looked at without finding anything. */
const STORE_SKIPPED_AFTER_MS = 5_000;

/** Reads a group's events from the log itself. The group's row is its place, and its lock. */
export class OutboxSource implements EventSource {
  readonly #options: SourceOptions;
  /** The place in the group's row, as far as this process knows. */
  #stored: Place | undefined;
  /** At or behind `#stored`: nothing that the group wants lies between. */
  #reached: Place | undefined;

  #storedAt = performance.now();

  constructor(options: SourceOptions) {
    this.#options = options;
  }

  async place(): Promise<Place> {
    return this.#reached ?? this.#open();
  }

  async next(limit: number): Promise<EventBatch> {
    const after = await this.place();
    const { events, reached, full } = await readOutbox(this.#options.sql, after, this.#options.types, limit);
    if (events.length === 0) await this.skipTo(reached);
    return { events, more: full };
  }

  /** Moves on to a place that nothing wanted lies before; stores it now and then, for restarts and for trimming. */
  async skipTo(reached: Place): Promise<void> {
    if (this.#reached === undefined || comparePlaces(reached, this.#reached) <= 0) return;
    this.#reached = reached;
    if (performance.now() - this.#storedAt > STORE_SKIPPED_AFTER_MS) await this.#store();
  }

  async claim(
    tx: Transaction,
    events: readonly RecordedEvent[],
    handled: boolean,
  ): Promise<Set<string> | undefined> {
    const last = events.at(-1);
    if (this.#stored === undefined || last === undefined) return new Set();
    const ids = handled ? events.map((event) => event.record.id) : [];
    const fresh = await claimStretch(tx, this.#options.group, this.#stored, last.place, ids);
    // Someone else has moved the place or is about to: what this process knows of it is worth nothing any more.
    if (fresh === undefined) this.#forget();
    return fresh;
  }

  async settled(events: readonly RecordedEvent[]): Promise<void> {
    const last = events.at(-1);
    if (last === undefined) return;
    this.#stored = last.place;
    this.#reached = last.place;
  }

  abandoned(): void {
    // Nothing is held between reads.
  }

  /** Stores how far the group has looked, so that the next process need not look again. */
  async close(): Promise<void> {
    await this.#store();
    this.#forget();
  }

  async outlook(heads: readonly Head[]): Promise<Outlook> {
    const place = await this.place();
    const ahead = heads.filter((head) => comparePlaces(head.place, place) > 0);
    const wanted = ahead.filter((head) => this.#options.types.includes(head.type));
    if (wanted.some((head) => head.settled)) return 'ready';
    if (wanted.length > 0) return 'held back';
    for (const head of ahead) {
      if (head.settled && comparePlaces(head.place, this.#reached ?? place) > 0) this.#reached = head.place;
    }
    return 'idle';
  }

  async #open(): Promise<Place> {
    const { sql, group, start } = this.#options;
    const place = await openGroup(sql, group, start);
    this.#stored = place;
    this.#reached = place;
    return place;
  }

  async #store(): Promise<void> {
    if (this.#stored === undefined || this.#reached === undefined) return;
    this.#storedAt = performance.now();
    if (comparePlaces(this.#reached, this.#stored) === 0) return;
    const moved = await claimStretch(this.#options.sql, this.#options.group, this.#stored, this.#reached, []);
    if (moved === undefined) this.#forget();
    else this.#stored = this.#reached;
  }

  #forget(): void {
    this.#stored = undefined;
    this.#reached = undefined;
  }
}
