import type { Transaction } from '@trading/database';
import type { BatchStart, EventBatch, EventSource, SourceOptions, WorkAhead } from '../eventSource';
import { comparePositions, type LogPosition } from '../logPosition';
import type { RecordedEvent } from '../recordedEvent';
import type { LatestEvent } from '../sql/readLatestOfTypes';
import type { LogRange } from '../sql/readOutbox';
import { GroupCheckpoint } from './groupCheckpoint';

/** Events that are looked at with one read, where batches are not larger still. */
const READ_AT_ONCE = 500;

/** A group's events, from the log; the group's checkpoint moves in the handler's transaction. */
export class GroupSource implements EventSource {
  readonly #options: SourceOptions;
  readonly #checkpoint: GroupCheckpoint;
  #ahead: Ahead | undefined;
  #prefetch: Promise<LogRange | undefined> | undefined;

  constructor(options: SourceOptions) {
    this.#options = options;
    this.#checkpoint = new GroupCheckpoint(options);
  }

  async next(limit: number): Promise<EventBatch> {
    const from = await this.#checkpoint.current();
    const range = (await this.#fetched(from)) ?? (await this.#read(from, limit));
    const events = range.events.slice(0, limit);
    const rest = range.events.slice(limit);
    this.#ahead = { after: events.at(-1)?.position ?? range.reached, range: { ...range, events: rest } };
    if (rest.length < limit && range.full) {
      // The same read is made again when its events are due, and its failure is reported then.
      this.#prefetch = this.#read(range.reached, limit).catch(() => undefined);
    }
    if (events.length === 0) await this.#checkpoint.skipTo(range.reached);
    return { events, more: range.full || rest.length > 0 };
  }

  beginBatch(): Promise<BatchStart | undefined> {
    return this.#checkpoint.beginBatch();
  }

  claim(
    tx: Transaction,
    run: readonly RecordedEvent[],
    handled: readonly RecordedEvent[],
  ): Promise<ReadonlySet<string> | undefined> {
    return this.#checkpoint.claim(tx, run, handled);
  }

  settled(run: readonly RecordedEvent[], parked: readonly RecordedEvent[]): void {
    const last = run.at(-1);
    if (last !== undefined) this.#checkpoint.settled(last.position, parked);
  }

  async passed(run: readonly RecordedEvent[]): Promise<void> {
    const last = run.at(-1);
    if (last !== undefined) await this.#checkpoint.skipTo(last.position);
  }

  abandoned(): void {
    this.#ahead = undefined;
    this.#prefetch = undefined;
  }

  checkpoint(): Promise<LogPosition> {
    return this.#checkpoint.current();
  }

  workAhead(latest: readonly LatestEvent[]): Promise<WorkAhead> {
    return this.#checkpoint.workAhead(latest);
  }

  async close(): Promise<void> {
    await this.#prefetch;
    this.abandoned();
    await this.#checkpoint.store();
  }

  /** What was read before, if it follows on the checkpoint and still has something. */
  async #fetched(checkpoint: LogPosition): Promise<LogRange | undefined> {
    const kept = this.#ahead;
    const next = await this.#prefetch;
    this.#ahead = undefined;
    this.#prefetch = undefined;
    if (kept === undefined || comparePositions(kept.after, checkpoint) !== 0) return undefined;
    const events = [...kept.range.events, ...(next?.events ?? [])];
    return events.length === 0 ? undefined : { ...(next ?? kept.range), events };
  }

  #read(after: LogPosition, limit: number): Promise<LogRange> {
    const { log, types } = this.#options;
    return log.read(after, types, Math.max(limit, READ_AT_ONCE));
  }
}

/** What was read and is not handed out yet; it follows what was handed out up to `after`. */
interface Ahead {
  readonly after: LogPosition;
  readonly range: LogRange;
}
