import type { ServicePool } from '@trading/database';
import { isTradingError, TradingError } from '@trading/model';
import type { EventSource } from '../eventSource';
import type { EventHandlers } from '../handlers';
import type { RecordedEvent } from '../recordedEvent';
import { recordDeadLetter } from '../sql/recordDeadLetter';
import { type Backoff, backoffMs } from './backoff';
import type { Tally } from './figures';
import { inHandlerTransaction } from './handlerTransaction';
import { HandlingFailure, runHandlers } from './runHandlers';

/** Failures that say nothing about the event: the database is away or overloaded. They don't count as attempts. */
const OUTAGES = [
  'DATABASE.UNAVAILABLE',
  'DATABASE.POOL_EXHAUSTED',
  'DATABASE.TOO_MANY_CONNECTIONS',
  'DATABASE.OUT_OF_RESOURCES',
];

/** What a processor works with. */
export interface BatchProcessorOptions {
  readonly group: string;
  readonly pool: ServicePool;
  readonly source: EventSource;
  readonly handlers: EventHandlers;
  readonly maxAttempts: number;
  readonly onPoison: 'skip' | 'halt';
  readonly backoff: Backoff;
  readonly handlerTimeoutMs: number;
  readonly tally: Tally;
  /** Waits between attempts; ends early when the consumer stops. */
  readonly pause: (ms: number) => Promise<void>;
  /** Whether the consumer is to finish: no further attempt is begun. */
  readonly stopping: () => boolean;
  readonly onError: (error: Error) => void;
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
    const { pool, source, handlers, handlerTimeoutMs, tally } = this.#options;
    try {
      const outcome = await inHandlerTransaction(pool, handlerTimeoutMs, async (tx, limit) => {
        const fresh = await source.claim(tx, run, true);
        if (fresh === undefined) return undefined;
        const due = fresh.size === run.length ? run : run.filter((event) => fresh.has(event.record.id));
        const published = await this.#runDue(run, due, (events) =>
          runHandlers(events, { handlers, service: pool.service, tx, limit }),
        );
        return { due: due.length, published };
      });
      if (outcome === undefined) return 'taken';
      await source.settled(run);
      tally.handled += outcome.due;
      tally.repeated += run.length - outcome.due;
      tally.published += outcome.published;
      for (const event of run) this.#attempts.delete(event.record.id);
      return undefined;
    } catch (error) {
      if (OUTAGES.some((code) => isTradingError(error, code))) throw error;
      if (error instanceof HandlingFailure) {
        if (OUTAGES.some((code) => isTradingError(error.cause, code))) throw error.cause;
        return error;
      }
      // The commit itself failed, which names no event: narrow it down by halves.
      return new HandlingFailure(run.length >> 1, error, false);
    }
  }

  /** A failure's index counts within what is due; the batch wants it within the run. */
  async #runDue(
    run: readonly RecordedEvent[],
    due: readonly RecordedEvent[],
    handle: (events: readonly RecordedEvent[]) => Promise<number>,
  ): Promise<number> {
    try {
      return await handle(due);
    } catch (error) {
      const failed = error instanceof HandlingFailure ? due[error.index] : undefined;
      if (!(error instanceof HandlingFailure) || failed === undefined) throw error;
      throw new HandlingFailure(run.indexOf(failed), error.cause, error.unreadable);
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
    const { pool, source, group, handlerTimeoutMs } = this.#options;
    const buried = await inHandlerTransaction(pool, handlerTimeoutMs, async (tx) => {
      if ((await source.claim(tx, [event], false)) === undefined) return false;
      await recordDeadLetter(tx, group, event.record, error, attempts);
      return true;
    });
    if (buried) await source.settled([event]);
    return buried;
  }
}
