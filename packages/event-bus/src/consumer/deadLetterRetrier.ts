import { performance } from 'node:perf_hooks';
import { poolSql, type ServicePool } from '@trading/database';
import { ORIGIN } from '../logPosition';
import { appendStatements } from '../sql/appendEvents';
import {
  hasRequestedRetry,
  noteRetryFailure,
  type RequestedRetry,
  resolveDeadLetter,
  takeRequestedRetry,
} from '../sql/deadLetterRetries';
import type { Tally } from './figures';
import { inHandlerTransaction } from './handlerTransaction';
import { HandlingFailure } from './handlingFailure';
import { type RunHandlersOptions, runHandlers } from './runHandlers';

/** How often a consumer looks whether someone wants dead letters retried, ms. */
const LOOK_EVERY_MS = 1_000;

/** What a retrier works with. */
export interface DeadLetterRetrierOptions {
  readonly group: string;
  readonly pool: ServicePool;
  readonly run: RunHandlersOptions;
  readonly synchronousCommit: boolean;
  readonly tally: Tally;
  readonly onError: (error: Error) => void;
}

/** Handles dead letters again when someone has asked for it, each in a transaction of its own. */
export class DeadLetterRetrier {
  readonly #options: DeadLetterRetrierOptions;
  #lookedAt = Number.NEGATIVE_INFINITY;

  constructor(options: DeadLetterRetrierOptions) {
    this.#options = options;
  }

  /** @returns how many letters were tried; looks once a second at most, however often it is called */
  async retryRequested(): Promise<number> {
    if (performance.now() - this.#lookedAt < LOOK_EVERY_MS) return 0;
    const { pool, group } = this.#options;
    let tried = 0;
    while ((await hasRequestedRetry(poolSql(pool), group)) && (await this.#retryOne())) tried += 1;
    this.#lookedAt = performance.now();
    return tried;
  }

  /** @returns false where another process has them */
  async #retryOne(): Promise<boolean> {
    const { pool, group, run, tally, onError } = this.#options;
    let letter: RequestedRetry | undefined;
    try {
      const published = await inHandlerTransaction(this.#options, {
        claim: async (tx) => {
          letter = await takeRequestedRetry(tx, group);
          return letter;
        },
        pipelined: false,
        work: async (tx, { event, due }) =>
          due ? (await runHandlers([{ position: ORIGIN, record: event }], tx, run)).published : [],
        finish: (events) => [
          ...appendStatements(events),
          ...(letter === undefined ? [] : [resolveDeadLetter(letter.id)]),
        ],
      });
      if (published === undefined) return false;
      tally.handled += 1;
      tally.published += published.length;
      return true;
    } catch (error) {
      const cause = error instanceof HandlingFailure ? error.cause : error;
      if (letter === undefined || !(cause instanceof Error)) throw cause;
      await noteRetryFailure(poolSql(pool), letter.id, cause);
      tally.lastError = cause.message;
      onError(cause);
      return true;
    }
  }
}
