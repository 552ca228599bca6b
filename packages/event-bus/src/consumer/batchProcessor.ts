import type { ServicePool, Transaction } from '@trading/database';
import type { EventSource, Turn } from '../eventSource';
import type { RecordedEvent } from '../recordedEvent';
import { type AppendableEvent, appendEvents } from '../sql/appendEvents';
import { type Holding, holdEvents } from '../sql/heldEvents';
import { recordDeadLetter } from '../sql/recordDeadLetter';
import type { Tally } from './figures';
import { inHandlerTransaction } from './handlerTransaction';
import { HandlingFailure } from './handlingFailure';
import { isOutage } from './outage';
import { type RunHandlersOptions, runHandlers } from './runHandlers';

/** A group that holds so many events waits until they are fewer: then it is hardly the events' fault. */
const HELD_AT_MOST = 1_000;

/**
 * Where a batch is: taken for the group, its effects written but not committed, committed, one of it buried, some of it
 * held; `tried`: an attempt at a held event is counted and begins.
 */
export type ConsumerStep = 'claimed' | 'handled' | 'committed' | 'buried' | 'held' | 'tried';

/** What a processor works with. */
export interface BatchProcessorOptions {
  readonly group: string;
  readonly pool: ServicePool;
  readonly source: EventSource;
  readonly run: RunHandlersOptions;
  readonly synchronousCommit: boolean;
  readonly maxAttempts: number;
  readonly onPoison: 'skip' | 'halt';
  readonly tally: Tally;
  /** Whether the consumer is to finish: no further attempt is begun. */
  readonly stopping: () => boolean;
  readonly onError: (error: Error) => void;
  readonly onStep: (step: ConsumerStep) => void;
  /** Told when events were held. */
  readonly onHeld: () => void;
}

/** What is to become of the events of a run that are not handled now. */
interface Aside {
  readonly held: readonly Holding[];
  readonly dead: readonly { readonly event: RecordedEvent; readonly error: Error }[];
}

/** How much of a batch was dealt with: handled, passed over because it had been, made a dead letter, or held. */
export interface Progress {
  readonly passed: number;
  /** How many of them are held. */
  readonly held: number;
}

/**
 * Handles a batch: all of it in one transaction while that works. An event that fails is held, together with the commit
 * of those before it, and the group goes on, unless its rule is to halt; what follows in the key is held behind it.
 */
export class BatchProcessor {
  readonly #options: BatchProcessorOptions;

  constructor(options: BatchProcessorOptions) {
    this.#options = options;
  }

  /** @throws TradingError `DATABASE.*` while the database is away */
  async process(events: readonly RecordedEvent[]): Promise<Progress> {
    const { source, stopping, onPoison } = this.#options;
    let rest = events;
    let size = rest.length;
    let failed: HandlingFailure | undefined;
    let held = 0;
    try {
      while (rest.length > 0 && !stopping()) {
        const turn = await source.takeTurn();
        if (turn === undefined || turn.heldKeys.length >= HELD_AT_MOST) break;
        const run = rest.slice(0, size);
        const aside = this.#setAside(run, turn, failed);
        const failure = await this.#attempt(run, aside);
        if (failure === 'taken') break;
        if (failure === undefined) {
          held += aside.held.length;
          rest = rest.slice(run.length);
          size = rest.length;
          failed = undefined;
          if (aside.held.length > 0 && onPoison === 'halt') break;
        } else if (failure.kind === 'near') {
          failed = undefined;
          size = failure.index;
        } else {
          failed = failure;
          size = failure.index + 1;
        }
      }
    } finally {
      if (rest.length > 0) source.abandoned();
    }
    return { passed: events.length - rest.length, held };
  }

  /** @param failed  the failure of the run's last event */
  #setAside(
    run: readonly RecordedEvent[],
    { othersEndedHere, heldKeys }: Turn,
    failed: HandlingFailure | undefined,
  ): Aside {
    if (failed === undefined && heldKeys.length === 0 && !othersEndedHere) return NOTHING;
    const { maxAttempts, onPoison } = this.#options;
    const keys = new Set(heldKeys);
    const behind = run.filter(({ record }) => othersEndedHere || keys.has(record.key));
    const held = behind.map((event): Holding => ({ event, attempts: 0 }));
    const last = run.at(-1);
    if (failed === undefined || last === undefined || behind.includes(last)) return { held, dead: [] };
    const final = failed.kind === 'unreadable' || maxAttempts === 1;
    if (final && onPoison === 'skip') return { held, dead: [{ event: last, error: failed.cause }] };
    const attempts = final ? maxAttempts : 1;
    return { held: [...held, { event: last, attempts, error: failed.cause }], dead: [] };
  }

  async #attempt(
    run: readonly RecordedEvent[],
    aside: Aside,
  ): Promise<HandlingFailure | 'taken' | undefined> {
    const { source, tally, onStep, run: handling } = this.#options;
    const notNow = new Set([...aside.held, ...aside.dead].map(({ event }) => event));
    const wanted = notNow.size === 0 ? run : run.filter((event) => !notNow.has(event));
    let due = wanted;
    try {
      const published = await inHandlerTransaction(this.#options, {
        claim: (tx) => source.claim(tx, run, wanted),
        pipelined: handling.concurrency > 1,
        work: async (tx, repeated) => {
          onStep('claimed');
          if (repeated.size > 0) due = wanted.filter((event) => !repeated.has(event.record.id));
          const published = await runHandlers(due, tx, handling);
          onStep('handled');
          return published;
        },
        finish: (tx, events) => this.#write(tx, events, aside),
      });
      if (published === undefined) return 'taken';
      onStep('committed');
      source.settled(
        run,
        aside.held.map(({ event }) => event),
      );
      tally.handled += due.length;
      tally.repeated += wanted.length - due.length;
      tally.published += published.length;
      this.#tell(aside);
      return undefined;
    } catch (error) {
      const cause = error instanceof HandlingFailure ? error.cause : error;
      if (isOutage(cause) || due.length === 0) throw cause;
      const failure = locate(error, run, due);
      if (failure.kind !== 'near') {
        tally.lastError = failure.message;
        this.#options.onError(failure.cause);
      }
      return failure;
    }
  }

  /** What goes into the log and aside; undefined where that is nothing. */
  #write(
    tx: Transaction,
    events: readonly AppendableEvent[],
    { held, dead }: Aside,
  ): Promise<void> | undefined {
    const { group } = this.#options;
    if (held.length === 0 && dead.length === 0)
      return events.length > 0 ? appendEvents(tx, events) : undefined;
    return Promise.all([
      appendEvents(tx, events),
      ...(held.length > 0 ? [holdEvents(tx, group, held)] : []),
      ...dead.map(({ event, error }) => recordDeadLetter(tx, group, event.record, error, 1)),
    ]).then(() => {});
  }

  #tell({ held, dead }: Aside): void {
    const { tally, onStep, onHeld } = this.#options;
    tally.dead += dead.length;
    tally.retries += held.filter(({ attempts }) => attempts > 0).length;
    if (dead.length > 0) onStep('buried');
    if (held.length === 0) return;
    onStep('held');
    onHeld();
  }
}

const NOTHING: Aside = { held: [], dead: [] };

/** A failure's index counts within what was due; the batch wants it within the run. */
function locate(
  error: unknown,
  run: readonly RecordedEvent[],
  due: readonly RecordedEvent[],
): HandlingFailure {
  // The commit itself failed, or a statement whose error was hidden, which names no event: narrow it down by halves.
  const failure =
    error instanceof HandlingFailure ? error : new HandlingFailure(due.length >> 1, error, 'near');
  const failed = due[failure.index];
  const index = failed === undefined ? 0 : run.indexOf(failed);
  return new HandlingFailure(
    index,
    failure.cause,
    due.length === 1 && failure.kind === 'near' ? 'handler' : failure.kind,
  );
}
