import type { ServicePool } from '@trading/database';
import { isTradingError, TradingError } from '@trading/model';
import type { EventSource } from '../eventSource';
import type { RecordedEvent } from '../recordedEvent';
import { appendEvents } from '../sql/appendEvents';
import { recordDeadLetter } from '../sql/recordDeadLetter';
import { type Backoff, backoffMs } from './backoff';
import type { Tally } from './figures';
import { inHandlerTransaction } from './handlerTransaction';
import { HandlingFailure } from './handlingFailure';
import { type RunHandlersOptions, runHandlers } from './runHandlers';

/** Failures that say nothing about the event: the database is away or overloaded. They don't count as attempts. */
const OUTAGES = [
  'DATABASE.UNAVAILABLE',
  'DATABASE.POOL_EXHAUSTED',
  'DATABASE.TOO_MANY_CONNECTIONS',
  'DATABASE.OUT_OF_RESOURCES',
];

/** Where a batch is: taken for the group, its effects written but not committed, committed, or one of it buried. */
export type ConsumerStep = 'claimed' | 'handled' | 'committed' | 'buried';

/** What a processor works with. */
export interface BatchProcessorOptions {
  readonly group: string;
  readonly pool: ServicePool;
  readonly source: EventSource;
  readonly run: RunHandlersOptions;
  readonly synchronousCommit: boolean;
  readonly maxAttempts: number;
  readonly onPoison: 'skip' | 'halt';
  readonly backoff: Backoff;
  readonly tally: Tally;
  /** Waits between attempts; ends early when the consumer stops. */
  readonly pause: (ms: number) => Promise<void>;
  /** Whether the consumer is to finish: no further attempt is begun. */
  readonly stopping: () => boolean;
  readonly onError: (error: Error) => void;
  readonly onStep: (step: ConsumerStep) => void;
}

/**
 * Handles a batch: all of it in one transaction while that works; around an event that fails, the events before it
 * first, then that one alone until it works or its attempts are used up, then the rest.
 */
export class BatchProcessor {
  readonly #options: BatchProcessorOptions;
  /** Failed attempts so far, by event id. */
  readonly #attempts = new Map<string, number>();

  constructor(options: BatchProcessorOptions) {
    this.#options = options;
  }

  /**
   * @returns how many events were dealt with: handled, passed over because they had been, or made dead letters
   * @throws TradingError `EVENTS.HALTED`, `DATABASE.*` while the database is away
   */
  async process(events: readonly RecordedEvent[]): Promise<number> {
    let rest = events;
    let size = rest.length;
    try {
      while (rest.length > 0 && !this.#options.stopping()) {
        const run = rest.slice(0, size);
        const failure = await this.#attempt(run);
        if (failure === 'taken') break;
        if (failure === undefined) {
          rest = rest.slice(run.length);
          size = rest.length;
        } else if (failure.index > 0) {
          size = failure.index;
        } else if (await this.#retryOrBury(run[0], failure)) {
          rest = rest.slice(1);
          size = rest.length;
        } else {
          size = 1;
        }
      }
    } finally {
      if (rest.length > 0) this.#options.source.abandoned();
    }
    return events.length - rest.length;
  }

  async #attempt(run: readonly RecordedEvent[]): Promise<HandlingFailure | 'taken' | undefined> {
    const { source, tally, onStep, run: handling } = this.#options;
    let due = run;
    try {
      const published = await inHandlerTransaction(this.#options, {
        claim: (tx) => source.claim(tx, run, true),
        pipelined: handling.concurrency > 1,
        work: async (tx, fresh) => {
          onStep('claimed');
          if (fresh.size < run.length) due = run.filter((event) => fresh.has(event.record.id));
          const published = await runHandlers(due, tx, handling);
          onStep('handled');
          return published;
        },
        finish: (tx, events) => (events.length > 0 ? appendEvents(tx, events) : undefined),
      });
      if (published === undefined) return 'taken';
      onStep('committed');
      await source.settled(run);
      tally.handled += due.length;
      tally.repeated += run.length - due.length;
      tally.published += published.length;
      for (const event of run) this.#attempts.delete(event.record.id);
      return undefined;
    } catch (error) {
      const cause = error instanceof HandlingFailure ? error.cause : error;
      if (OUTAGES.some((code) => isTradingError(cause, code))) throw cause;
      return locate(error, run, due);
    }
  }

  /** @returns true where the event is done with: it is a dead letter now */
  async #retryOrBury(event: RecordedEvent | undefined, failure: HandlingFailure): Promise<boolean> {
    if (event === undefined) return true;
    const { maxAttempts, onPoison, backoff, tally, group, pause, onError } = this.#options;
    const attempts = (this.#attempts.get(event.record.id) ?? 0) + 1;
    this.#attempts.set(event.record.id, attempts);
    tally.lastError = failure.cause.message;
    onError(failure.cause);
    if (!failure.unreadable && attempts < maxAttempts) {
      tally.retries += 1;
      await pause(backoffMs(backoff, attempts));
      return false;
    }
    if (onPoison === 'halt') {
      throw new TradingError(
        'EVENTS.HALTED',
        `${group} stops at ${event.record.type} ${event.record.id}, which failed ${attempts} times: ${failure.cause.message}`,
        { kind: 'operational', details: { group, eventId: event.record.id, attempts }, cause: failure.cause },
      );
    }
    if (await this.#bury(event, failure.cause, attempts)) tally.dead += 1;
    this.#attempts.delete(event.record.id);
    return true;
  }

  async #bury(event: RecordedEvent, error: Error, attempts: number): Promise<boolean> {
    const { source, group, onStep } = this.#options;
    const buried = await inHandlerTransaction(this.#options, {
      claim: (tx) => source.claim(tx, [event], false),
      pipelined: false,
      work: async () => true,
      finish: (tx) => recordDeadLetter(tx, group, event.record, error, attempts),
    });
    if (buried !== true) return false;
    onStep('buried');
    await source.settled([event]);
    return true;
  }
}

/** A failure's index counts within what was due; the batch wants it within the run. */
function locate(
  error: unknown,
  run: readonly RecordedEvent[],
  due: readonly RecordedEvent[],
): HandlingFailure {
  // The commit itself failed, or a statement whose error was hidden, which names no event: narrow it down by halves.
  if (!(error instanceof HandlingFailure)) return new HandlingFailure(run.length >> 1, error, false);
  const failed = due[error.index];
  const index = failed === undefined ? 0 : run.indexOf(failed);
  return new HandlingFailure(index, error.cause, error.unreadable);
}
