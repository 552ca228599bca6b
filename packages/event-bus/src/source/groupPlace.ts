import { performance } from 'node:perf_hooks';
import type { Sql, Transaction } from '@trading/database';
import type { Outlook, SourceOptions, Turn } from '../eventSource';
import { comparePlaces, type Place } from '../place';
import type { RecordedEvent } from '../recordedEvent';
import { claimStretch } from '../sql/claimStretch';
import { openGroup } from '../sql/openGroup';
import type { Head } from '../sql/readHeads';
import { readHeldKeys, takeTurn } from '../sql/takeTurn';

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
  /** Holds while the group is where this process brought it, or began. */
  #turn: Turn | undefined;
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
    const { sql, group, types, start } = this.#options;
    const stored = await openGroup(sql, group, types, start);
    // Unless a replay has set the group back, or another process has moved on, what is known here still holds.
    if (
      this.#reached === undefined ||
      this.#stored === undefined ||
      comparePlaces(stored, this.#stored) !== 0
    ) {
      this.#turn = undefined;
      this.#stored = stored;
      this.#reached = stored;
    }
    return this.#reached;
  }

  /** See `EventSource.takeTurn`. */
  async takeTurn(): Promise<Turn | undefined> {
    const { sql, group } = this.#options;
    if (this.#stored === undefined) return undefined;
    if (this.#turn === undefined) {
      const begun = await takeTurn(sql, group, this.#stored);
      if (begun === undefined) this.#forget();
      else this.#turn = { othersEndedHere: begun.tries > 1, heldKeys: begun.keys };
    } else if (this.#turn.heldKeys.length > 0) {
      // What is held gets less behind this process's back, and never more while the group is where it was.
      this.#turn = { ...this.#turn, heldKeys: await readHeldKeys(sql, group) };
    }
    return this.#turn;
  }

  /** See `EventSource.claim`. */
  async claim(
    tx: Transaction,
    run: readonly RecordedEvent[],
    handled: readonly RecordedEvent[],
  ): Promise<ReadonlySet<string> | undefined> {
    const last = run.at(-1);
    if (this.#stored === undefined || last === undefined) return undefined;
    const ids = this.#options.inbox ? handled.map((event) => event.record.id) : [];
    return this.#move(tx, this.#stored, last.place, ids);
  }

  /** The transaction that claimed up to here has committed. */
  settled(place: Place, held: readonly RecordedEvent[]): void {
    const keys = held.map((event) => event.record.key);
    this.#turn = { othersEndedHere: false, heldKeys: [...(this.#turn?.heldKeys ?? []), ...keys] };
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

  async #move(
    sql: Sql,
    from: Place,
    to: Place,
    ids: readonly string[],
  ): Promise<ReadonlySet<string> | undefined> {
    const repeated = await claimStretch(sql, this.#options.group, from, to, ids);
    if (repeated === undefined) this.#forget();
    return repeated;
  }

  /** Someone else has moved the place or is about to: what this process knows of it is worth nothing any more. */
  #forget(): void {
    this.#stored = undefined;
    this.#reached = undefined;
    this.#turn = undefined;
  }
}
