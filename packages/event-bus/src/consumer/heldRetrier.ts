import { performance } from 'node:perf_hooks';
import { poolSql, type ServicePool } from '@trading/database';
import { TradingError } from '@trading/model';
import { ORIGIN } from '../place';
import type { EventRecord } from '../recordedEvent';
import { appendEvents } from '../sql/appendEvents';
import {
  beginAttempt,
  buryHeld,
  type HeldHead,
  noteFailure,
  readHeldHeads,
  takeHeld,
} from '../sql/heldEvents';
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
export interface HeldRetrierOptions {
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
 * Tries held events again, each in a transaction of its own: the first of each key, when its wait is over. Attempts are
 * counted in the database before they are made, so that one which ends its process counts; waits are this process's own,
 * by a clock that nobody sets.
 */
export class HeldRetrier {
  readonly #options: HeldRetrierOptions;
  /** When the first of each key is due, by event id. */
  #due = new Map<string, { readonly attempts: number; readonly atMs: number }>();
  /** Events whose last attempt was cut short because the database went away: it does not count. */
  readonly #uncounted = new Set<string>();
  #expected = false;
  #lookedAt = Number.NEGATIVE_INFINITY;

  constructor(options: HeldRetrierOptions) {
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
   * Tries them until none is held any more, or the consumer stops.
   *
   * @returns how many were handled, or made dead letters
   * @throws TradingError `EVENTS.HALTED`, `DATABASE.*` while the database is away
   */
  async settle(): Promise<number> {
    let settled = 0;
    while ((await this.any()) && !this.#options.stopping()) {
      const heads = await this.#look();
      const now = performance.now();
      for (const head of heads.filter(({ eventId }) => this.#dueAt(eventId) <= now)) {
        if (this.#options.stopping()) break;
        if (await this.#settleOne(head)) settled += 1;
      }
      const waitMs = Math.min(...heads.map(({ eventId }) => this.#dueAt(eventId))) - performance.now();
      if (heads.length > 0 && waitMs > 0) await this.#options.pause(Math.min(waitMs, LOOK_EVERY_MS));
    }
    return settled;
  }

  /** An event that was not seen before, or not since its last attempt, waits from now on. */
  async #look(): Promise<HeldHead[]> {
    const { pool, group, backoff } = this.#options;
    this.#expected = false;
    const heads = await readHeldHeads(poolSql(pool), group);
    const now = performance.now();
    this.#lookedAt = now;
    this.#expected ||= heads.length > 0;
    const known = this.#due;
    this.#due = new Map(
      heads.map(({ eventId, attempts }) => {
        const before = known.get(eventId);
        const same = before?.attempts === attempts;
        return [eventId, same ? before : { attempts, atMs: now + backoffMs(backoff, attempts) }];
      }),
    );
    return heads;
  }

  #dueAt(eventId: string): number {
    return this.#due.get(eventId)?.atMs ?? 0;
  }

  /** @returns true where it is done with */
  async #settleOne(head: HeldHead): Promise<boolean> {
    const { pool, group, maxAttempts, onPoison, onStep } = this.#options;
    if (head.attempts >= maxAttempts && onPoison === 'skip') return this.#bury(head, lastFailure(head));
    const uncounted = this.#uncounted.delete(head.eventId);
    const begun = await beginAttempt(poolSql(pool), group, head, uncounted ? 0 : 1);
    if (begun === undefined) {
      this.#due.set(head.eventId, { attempts: head.attempts, atMs: performance.now() + LOOK_EVERY_MS });
      return false;
    }
    onStep('tried');
    const { attempts, event } = begun;
    const current = { ...head, attempts };
    try {
      return await this.#handle(current, event);
    } catch (error) {
      const failure = error instanceof HandlingFailure ? error : new HandlingFailure(0, error, 'handler');
      if (isOutage(failure.cause)) {
        this.#uncounted.add(head.eventId);
        throw failure.cause;
      }
      return this.#failed(current, failure, event.type);
    }
  }

  async #handle(head: HeldHead, record: EventRecord): Promise<boolean> {
    const { group, run, inbox, tally, onStep } = this.#options;
    let due = false;
    const published = await inHandlerTransaction(this.#options, {
      claim: (tx) => takeHeld(tx, group, head, inbox),
      pipelined: run.concurrency > 1,
      work: async (tx, taken) => {
        onStep('claimed');
        due = taken.due;
        const events = due ? await runHandlers([{ place: ORIGIN, record }], tx, run) : [];
        onStep('handled');
        return events;
      },
      finish: (tx, events) => (events.length > 0 ? appendEvents(tx, events) : undefined),
    });
    if (published === undefined) return false;
    onStep('committed');
    tally.handled += due ? 1 : 0;
    tally.repeated += due ? 0 : 1;
    tally.published += published.length;
    return true;
  }

  async #failed(head: HeldHead, { cause, kind }: HandlingFailure, type: string): Promise<boolean> {
    const { pool, group, maxAttempts, onPoison, tally, onError } = this.#options;
    tally.lastError = cause.message;
    onError(cause);
    const final = kind === 'unreadable' || head.attempts >= maxAttempts;
    if (final && onPoison === 'skip') return this.#bury(head, cause);
    await noteFailure(poolSql(pool), group, head, cause);
    if (!final) {
      tally.retries += 1;
      return false;
    }
    throw new TradingError(
      'EVENTS.HALTED',
      `${group} stops at ${type} ${head.eventId}, which failed ${head.attempts} times: ${cause.message}`,
      { kind: 'operational', details: { group, eventId: head.eventId, attempts: head.attempts }, cause },
    );
  }

  async #bury(head: HeldHead, error: Error): Promise<boolean> {
    const { pool, group, tally, onStep } = this.#options;
    if (!(await buryHeld(poolSql(pool), group, head, error))) return false;
    onStep('buried');
    tally.dead += 1;
    return true;
  }
}

/** Why an event whose attempts are used up was never made a dead letter: whoever tried it last did not live to say. */
function lastFailure({ eventId, attempts, error }: HeldHead): Error {
  if (error !== null) return new TradingError('EVENTS.HANDLER_FAILED', error, { kind: 'operational' });
  return new TradingError(
    'EVENTS.PROCESS_ENDED',
    `The process that handled event ${eventId} ended during the last of ${attempts} attempts: out of memory, killed, or by its handler`,
    { kind: 'operational', details: { eventId, attempts } },
  );
}
