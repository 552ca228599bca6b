import { performance } from 'node:perf_hooks';
import type { Sql, Transaction } from '@trading/database';
import type { Outlook, SourceOptions } from '../eventSource';
import { comparePlaces, type Place } from '../place';
import type { RecordedEvent } from '../recordedEvent';
import { claimStretch } from '../sql/claimStretch';
import { openGroup } from '../sql/openGroup';
import type { Head } from '../sql/readHeads';

/** How long a group's row may lag behind what the group has looked at without finding anything. */
const STORE_SKIPPED_AFTER_MS = 5_000;

/** How long a group's row may have been moved, by a replay or another process, before an idle consumer notices. */
const CHECK_AFTER_MS = 1_000;

/** A group's place in the log: in its row, which is also its lock, and in this process's memory. */
export class GroupPlace {
  readonly #options: SourceOptions;
  /** The place in the group's row, as far as this process knows. */
  #stored: Place | undefined;
  /** At or beyond `#stored`: nothing that the group wants lies between. */
  #reached: Place | undefined;
  #storedAt = performance.now();
  #checkedAt = 0;

  constructor(options: SourceOptions) {
    this.#options = options;
  }

  /** How far the group has looked; from its row where this process does not know, or has not looked for a while. */
  async current(): Promise<Place> {
    const now = performance.now();
    if (this.#reached !== undefined && now - this.#checkedAt < CHECK_AFTER_MS) return this.#reached;
    this.#checkedAt = now;
    const { sql, group, start } = this.#options;
    const stored = await openGroup(sql, group, start);
    // Unless a replay has set the group back, or another process has moved on, what is known here still holds.
    if (
      this.#reached === undefined ||
      this.#stored === undefined ||
      comparePlaces(stored, this.#stored) !== 0
    ) {
      this.#stored = stored;
      this.#reached = stored;
    }
    return this.#reached;
  }

  /** See `EventSource.claim`. */
  async claim(
    tx: Transaction,
    events: readonly RecordedEvent[],
    handled: boolean,
  ): Promise<Set<string> | undefined> {
    const last = events.at(-1);
    if (this.#stored === undefined || last === undefined) return undefined;
    const ids = handled ? events.map((event) => event.record.id) : [];
    if (this.#options.inbox) return this.#move(tx, this.#stored, last.place, ids);
    const moved = await this.#move(tx, this.#stored, last.place, []);
    return moved === undefined ? undefined : new Set(ids);
  }

  /** The transaction that claimed up to here has committed. */
  settled(place: Place): void {
    this.#stored = place;
    this.#reached = place;
    this.#storedAt = performance.now();
    this.#checkedAt = this.#storedAt;
  }

  /** Moves on to a place that nothing wanted lies before; stores it now and then, for restarts and for trimming. */
  async skipTo(reached: Place): Promise<void> {
    if (this.#reached === undefined || comparePlaces(reached, this.#reached) <= 0) return;
    this.#reached = reached;
    if (performance.now() - this.#storedAt > STORE_SKIPPED_AFTER_MS) await this.store();
  }

  /** Stores how far the group has looked. */
  async store(): Promise<void> {
    if (this.#stored === undefined || this.#reached === undefined) return;
    this.#storedAt = performance.now();
    if (comparePlaces(this.#reached, this.#stored) === 0) return;
    const reached = this.#reached;
    const moved = await this.#move(this.#options.sql, this.#stored, reached, []);
    if (moved !== undefined) this.#stored = reached;
  }

  /** Judges by the last event of each type behind the place, or behind one before it. */
  async outlook(heads: readonly Head[]): Promise<Outlook> {
    const place = await this.current();
    const ahead = heads.filter((head) => comparePlaces(head.place, place) > 0);
    const wanted = ahead.filter((head) => this.#options.types.includes(head.type));
    if (wanted.some((head) => head.settled)) return 'ready';
    if (wanted.length > 0) return 'held back';
    for (const head of ahead) if (head.settled) await this.skipTo(head.place);
    return 'idle';
  }

  async #move(sql: Sql, from: Place, to: Place, ids: readonly string[]): Promise<Set<string> | undefined> {
    const fresh = await claimStretch(sql, this.#options.group, from, to, ids);
    if (fresh === undefined) {
      // Someone else has moved the place or is about to: what this process knows of it is worth nothing any more.
      this.#stored = undefined;
      this.#reached = undefined;
    }
    return fresh;
  }
}
