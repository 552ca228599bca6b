import type { Sql, Transaction } from '@trading/database';
import type { LogPosition } from './logPosition';
import type { RecordedEvent } from './recordedEvent';
import type { LogReader } from './source/logReader';
import type { GroupStart } from './sql/openGroup';
import type { LatestEvent } from './sql/readLatestOfTypes';

/** Some events that a group has not handled yet, in commit order. */
export interface EventBatch {
  readonly events: readonly RecordedEvent[];
  /** Whether more may be waiting behind it. */
  readonly more: boolean;
}

/** What a process must know before it handles a batch. */
export interface BatchStart {
  /** Other processes began to handle at this very position, and brought the group no further: they died of what is there. */
  readonly othersEndedHere: boolean;
  /** Keys whose events must wait behind one that is parked; a key comes as often as it has events parked. */
  readonly parkedKeys: readonly string[];
}

/**
 * Where a group's events come from. One object serves one consumer. An effect happens once because `claim` is part of
 * the handler's transaction.
 */
export interface EventSource {
  /** The next events of the group; none where there are none, or another process is at work on them. */
  next(limit: number): Promise<EventBatch>;
  /** Asks whether this process may go on with the last batch; undefined where another is at work for the group. */
  beginBatch(): Promise<BatchStart | undefined>;
  /**
   * Takes events of the last batch for the group, as the first statement of the handler's transaction.
   *
   * @param run     events of the batch, beginning with the first that is not settled
   * @param handled those of them that count as handled in the group; the others are parked or become dead letters
   * @returns the ids of those that had had their effect in the group before, or undefined where another process has
   *   taken them
   */
  claim(
    tx: Transaction,
    run: readonly RecordedEvent[],
    handled: readonly RecordedEvent[],
  ): Promise<ReadonlySet<string> | undefined>;
  /** Says that the transaction which claimed this run has committed, and which events of it are parked now. */
  settled(run: readonly RecordedEvent[], parked: readonly RecordedEvent[]): void;
  /** Says that nothing was to be done about this run: the group has passed it, and its checkpoint is stored later. */
  passed(run: readonly RecordedEvent[]): Promise<void>;
  /** Says that the rest of the batch is not going to be handled now: it will come again. */
  abandoned(): void;
  /** How far the group has looked. */
  checkpoint(): Promise<LogPosition>;
  /** Whether the group has anything to do, given the last event of each type behind its checkpoint; moves on where not. */
  workAhead(latest: readonly LatestEvent[]): Promise<WorkAhead>;
  /** Gives up what it holds. */
  close(): Promise<void>;
}

/** What a group has to do, judged by the latest event of each type; `hidden`: it can't be read yet. */
export type WorkAhead = 'idle' | 'ready' | 'hidden';

/** What a source is made for. */
export interface SourceOptions {
  readonly group: string;
  /** The event types that the group handles. */
  readonly types: readonly string[];
  /** Where the group begins when it is new. */
  readonly start: GroupStart;
  /** Whether each event that was handled leaves a row in the inbox. */
  readonly inbox: boolean;
  /** Statements on the group's own pool. */
  readonly sql: Sql;
  readonly log: LogReader;
}
