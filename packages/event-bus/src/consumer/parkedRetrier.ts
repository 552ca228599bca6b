import { performance } from 'node:perf_hooks';
import { poolSql, type ServicePool } from '@trading/database';
import { TradingError } from '@trading/model';
import { ORIGIN } from '../logPosition';
import type { EventRecord } from '../recordedEvent';
import { appendStatements } from '../sql/appendEvents';
import {
  beginAttempt,
  type FirstParked,
  giveUpParked,
  noteFailure,
  readFirstParked,
  takeParked,
} from '../sql/parkedEvents';
import { type Backoff, backoffMs } from './backoff';
import type { ConsumerStep } from './batchProcessor';
import type { Tally } from './figures';
import { inHandlerTransaction } from './handlerTransaction';
import { HandlingFailure } from './handlingFailure';
import { isOutage } from './outage';
import { type RunHandlersOptions, runHandlers } from './runHandlers';

/** How often it looks whether an earlier process left something, ms. */
const LOOK_EVERY_MS = 1_000;

/** What a retrier works with. */
export interface ParkedRetrierOptions {
  readonly group: string;
  readonly pool: ServicePool;
  readonly run: RunHandlersOptions;
  readonly synchronousCommit: boolean;
  readonly inbox: boolean;
  readonly maxAttempts: number;
  readonly onPoison: 'skip' | 'halt';
  readonly backoff: Backoff;
  readonly tally: Tally;
  /** Waits for the next attempt; ends early when the consumer stops or holds more. */
  readonly pause: (ms: number) => Promise<void>;
  readonly stopping: () => boolean;
  readonly onError: (error: Error) => void;
  readonly onStep: (step: ConsumerStep) => void;
}

/**
 * Tries parked events again, each in a transaction of its own: the first of each key, when its wait is over. Attempts are
 * counted in the database before they are made, so that one which ends its process counts; waits are this process's own,
 * by a clock that nobody sets.
 */
export class ParkedRetrier {
  readonly #options: ParkedRetrierOptions;
  /** When the first of each key is due, by event id. */
  #due = new Map<string, { readonly attempts: number; readonly atMs: number }>();
  /** Events whose last attempt was cut short because the database went away: it does not count. */
  readonly #uncounted = new Set<string>();
  #expected = false;
  #lookedAt = Number.NEGATIVE_INFINITY;

  constructor(options: ParkedRetrierOptions) {
    this.#options = options;
  }

  /** Says that there are some. */
  expect(): void {
    this.#expected = true;
  }

  /** Whether there are some; asks the database once a second at most. */
  async any(): Promise<boolean> {
    if (this.#expected || performance.now() - this.#lookedAt < LOOK_EVERY_MS) return this.#expected;
    return (await this.#look()).length > 0;
  }

  /**
   * Tries them until none is parked any more, or the consumer stops.
   *
   * @returns how many were handled, or made dead letters
   * @throws TradingError `EVENTS.HALTED`, `DATABASE.*` while the database is away
   */
  async settle(): Promise<number> {
    let settled = 0;
    while ((await this.any()) && !this.#options.stopping()) {
      const latest = await this.#look();
      const now = performance.now();
      for (const first of latest.filter(({ eventId }) => this.#dueAt(eventId) <= now)) {
        if (this.#options.stopping()) break;
        if (await this.#settleOne(first)) settled += 1;
      }
      const waitMs = Math.min(...latest.map(({ eventId }) => this.#dueAt(eventId))) - performance.now();
      if (latest.length > 0 && waitMs > 0) await this.#options.pause(Math.min(waitMs, LOOK_EVERY_MS));
    }
    return settled;
  }

  /** An event that was not seen before, or not since its last attempt, waits from now on. */
  async #look(): Promise<FirstParked[]> {
    const { pool, group, backoff } = this.#options;
    this.#expected = false;
    const latest = await readFirstParked(poolSql(pool), group);
    const now = performance.now();
    this.#lookedAt = now;
    this.#expected ||= latest.length > 0;
    const known = this.#due;
    this.#due = new Map(
      latest.map(({ eventId, attempts }) => {
        const before = known.get(eventId);
        const same = before?.attempts === attempts;
        return [eventId, same ? before : { attempts, atMs: now + backoffMs(backoff, attempts) }];
      }),
    );
    return latest;
  }

  #dueAt(eventId: string): number {
    return this.#due.get(eventId)?.atMs ?? 0;
  }

  /** @returns true where it is done with */
  async #settleOne(first: FirstParked): Promise<boolean> {
    const { pool, group, maxAttempts, onPoison, onStep } = this.#options;
    if (first.attempts >= maxAttempts && onPoison === 'skip') return this.#giveUp(first, lastFailure(first));
    const uncounted = this.#uncounted.delete(first.eventId);
    const begun = await beginAttempt(poolSql(pool), group, first, uncounted ? 0 : 1);
    if (begun === undefined) {
      this.#due.set(first.eventId, { attempts: first.attempts, atMs: performance.now() + LOOK_EVERY_MS });
      return false;
    }
    onStep('tried');
    const { attempts, event } = begun;
    const current = { ...first, attempts };
    try {
      return await this.#handle(current, event);
    } catch (error) {
      const failure = error instanceof HandlingFailure ? error : new HandlingFailure(0, error, 'handler');
      if (isOutage(failure.cause)) {
        this.#uncounted.add(first.eventId);
        throw failure.cause;
      }
      return this.#failed(current, failure, event.type);
    }
  }

  async #handle(first: FirstParked, record: EventRecord): Promise<boolean> {
    const { group, run, inbox, tally, onStep } = this.#options;
    let due = false;
    const published = await inHandlerTransaction(this.#options, {
      claim: (tx) => takeParked(tx, group, first, inbox),
      onClaimed: () => onStep('claimed'),
      pipelined: run.concurrency > 1,
      work: async (tx, taken) => {
        due = taken.due;
        const { published: events } = due
          ? await runHandlers([{ position: ORIGIN, record }], tx, run)
          : { published: [] };
        onStep('handled');
        return events;
      },
      finish: appendStatements,
    });
    if (published === undefined) return false;
    onStep('committed');
    tally.handled += due ? 1 : 0;
    tally.repeated += due ? 0 : 1;
    tally.published += published.length;
    return true;
  }

  async #failed(first: FirstParked, { cause, kind }: HandlingFailure, type: string): Promise<boolean> {
    const { pool, group, maxAttempts, onPoison, tally, onError } = this.#options;
    tally.lastError = cause.message;
    onError(cause);
    const final = kind === 'unreadable' || first.attempts >= maxAttempts;
    if (final && onPoison === 'skip') return this.#giveUp(first, cause);
    await noteFailure(poolSql(pool), group, first, cause);
    if (!final) {
      tally.retries += 1;
      return false;
    }
    throw new TradingError(
      'EVENTS.HALTED',
      `${group} stops at ${type} ${first.eventId}, which failed ${first.attempts} times: ${cause.message}`,
      { kind: 'operational', details: { group, eventId: first.eventId, attempts: first.attempts }, cause },
    );
  }

  async #giveUp(first: FirstParked, error: Error): Promise<boolean> {
    const { pool, group, tally, onStep } = this.#options;
    if (!(await giveUpParked(poolSql(pool), group, first, error))) return false;
    onStep('dead lettered');
    tally.dead += 1;
    return true;
  }
}

/** Why an event whose attempts are used up was never made a dead letter: whoever tried it last did not live to say. */
function lastFailure({ eventId, attempts, error }: FirstParked): Error {
  if (error !== null) return new TradingError('EVENTS.HANDLER_FAILED', error, { kind: 'operational' });
  return new TradingError(
    'EVENTS.PROCESS_ENDED',
    `The process that handled event ${eventId} ended during the last of ${attempts} attempts: out of memory, killed, or by its handler`,
    { kind: 'operational', details: { eventId, attempts } },
  );
}
