import { performance } from 'node:perf_hooks';
import type { Sql, Transaction } from '@trading/database';
import type { BatchStart, SourceOptions, WorkAhead } from '../eventSource';
import { comparePositions, type LogPosition } from '../logPosition';
import type { RecordedEvent } from '../recordedEvent';
import { advanceCheckpoint } from '../sql/advanceCheckpoint';
import { beginBatch, readParkedKeys } from '../sql/beginBatch';
import { openGroup } from '../sql/openGroup';
import type { LatestEvent } from '../sql/readLatestOfTypes';

/** How long a group's row may lag behind what the group has looked at without finding anything. */
const STORE_SKIPPED_AFTER_MS = 5_000;

/** How long a group's row may have been moved, by a replay or another process, before an idle consumer notices. */
const CHECK_AFTER_MS = 1_000;

/** A group's checkpoint in the log: in its row, which is also its lock, and in this process's memory. */
export class GroupCheckpoint {
  readonly #options: SourceOptions;
  /** The checkpoint in the group's row, as far as this process knows. */
  #stored: LogPosition | undefined;
  /** At or beyond `#stored`: nothing that the group wants lies between. */
  #reached: LogPosition | undefined;
  /** Holds while the group is where this process brought it, or began. */
  #batchStart: BatchStart | undefined;
  #storedAt = performance.now();
  #checkedAt = 0;

  constructor(options: SourceOptions) {
    this.#options = options;
  }

  /** How far the group has looked; from its row where this process does not know, or has not looked for a while. */
  async current(): Promise<LogPosition> {
    const now = performance.now();
    if (this.#reached !== undefined && now - this.#checkedAt < CHECK_AFTER_MS) return this.#reached;
    this.#checkedAt = now;
    const { sql, group, types, start } = this.#options;
    const stored = await openGroup(sql, group, types, start);
    // Unless a replay has set the group back, or another process has moved on, what is known here still holds.
    if (
      this.#reached === undefined ||
      this.#stored === undefined ||
      comparePositions(stored, this.#stored) !== 0
    ) {
      this.#batchStart = undefined;
      this.#stored = stored;
      this.#reached = stored;
    }
    return this.#reached;
  }

  /** See `EventSource.beginBatch`. */
  async beginBatch(): Promise<BatchStart | undefined> {
    const { sql, group } = this.#options;
    if (this.#stored === undefined) return undefined;
    if (this.#batchStart === undefined) {
      const begun = await beginBatch(sql, group, this.#stored);
      if (begun === undefined) this.#forget();
      else this.#batchStart = { othersEndedHere: begun.tries > 1, parkedKeys: begun.keys };
    } else if (this.#batchStart.parkedKeys.length > 0) {
      // What is parked gets less behind this process's back, and never more while the group is where it was.
      this.#batchStart = { ...this.#batchStart, parkedKeys: await readParkedKeys(sql, group) };
    }
    return this.#batchStart;
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
    return this.#move(tx, this.#stored, last.position, ids);
  }

  /** The transaction that claimed up to here has committed. */
  settled(position: LogPosition, parked: readonly RecordedEvent[]): void {
    const keys = parked.map((event) => event.record.key);
    this.#batchStart = {
      othersEndedHere: false,
      parkedKeys: [...(this.#batchStart?.parkedKeys ?? []), ...keys],
    };
    this.#stored = position;
    this.#reached = position;
    this.#storedAt = performance.now();
    this.#checkedAt = this.#storedAt;
  }

  /** Moves on to a position that nothing lies before about which anything is to be done; stores it now and then, for restarts and for trimming. */
  async skipTo(reached: LogPosition): Promise<void> {
    if (this.#reached === undefined) return;
    if (comparePositions(reached, this.#reached) > 0) this.#reached = reached;
    if (performance.now() - this.#storedAt > STORE_SKIPPED_AFTER_MS) await this.store();
  }

  /** Stores how far the group has looked. */
  async store(): Promise<void> {
    if (this.#stored === undefined || this.#reached === undefined) return;
    if (comparePositions(this.#reached, this.#stored) === 0) return;
    this.#storedAt = performance.now();
    const reached = this.#reached;
    const moved = await this.#move(this.#options.sql, this.#stored, reached, []);
    if (moved !== undefined) this.#stored = reached;
  }

  /** Judges by the last event of each type behind the position, or behind one before it. */
  async workAhead(latest: readonly LatestEvent[]): Promise<WorkAhead> {
    const position = await this.current();
    const ahead = latest.filter((first) => comparePositions(first.position, position) > 0);
    const wanted = ahead.filter((first) => this.#options.types.includes(first.type));
    if (wanted.some((first) => first.settled)) return 'ready';
    if (wanted.length > 0) return 'hidden';
    for (const first of ahead) if (first.settled) await this.skipTo(first.position);
    return 'idle';
  }

  async #move(
    sql: Sql,
    from: LogPosition,
    to: LogPosition,
    ids: readonly string[],
  ): Promise<ReadonlySet<string> | undefined> {
    const repeated = await advanceCheckpoint(sql, this.#options.group, from, to, ids);
    if (repeated === undefined) this.#forget();
    return repeated;
  }

  /** Someone else has moved the position or is about to: what this process knows of it is worth nothing any more. */
  #forget(): void {
    this.#stored = undefined;
    this.#reached = undefined;
    this.#batchStart = undefined;
  }
}
