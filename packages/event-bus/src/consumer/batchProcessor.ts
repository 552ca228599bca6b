import type { LastStatement, ServicePool, Transaction } from '@trading/database';
import type { BatchStart, EventSource } from '../eventSource';
import type { RecordedEvent } from '../recordedEvent';
import { type AppendableEvent, appendStatements } from '../sql/appendEvents';
import { type Parking, parkEvents } from '../sql/parkedEvents';
import { recordDeadLetter } from '../sql/recordDeadLetter';
import type { Tally } from './figures';
import { inHandlerTransaction, inLateClaim, type LateClaimResult } from './handlerTransaction';
import { HandlingFailure } from './handlingFailure';
import { isOutage } from './outage';
import { type HandledRun, type RunHandlersOptions, runHandlers } from './runHandlers';

/** Above this many parked events the group pauses: the cause is then probably not the events themselves. */
const PARKED_AT_MOST = 1_000;

/**
 * Where a batch is: taken for the group, its effects written but not committed, committed, one of it made a dead letter,
 * some of it parked; `tried`: an attempt at a parked event is counted and begins.
 */
export type ConsumerStep = 'claimed' | 'handled' | 'committed' | 'dead lettered' | 'parked' | 'tried';

/** What a processor works with. */
export interface BatchProcessorOptions {
  readonly group: string;
  readonly pool: ServicePool;
  readonly source: EventSource;
  readonly run: RunHandlersOptions;
  readonly synchronousCommit: boolean;
  /** Whether a batch's transaction begins with its handler's first statement, see `ConsumerOptions.onlyStatements`. */
  readonly lateClaim: boolean;
  readonly maxAttempts: number;
  readonly onPoison: 'skip' | 'halt';
  readonly tally: Tally;
  /** Whether the consumer is to finish: no further attempt is begun. */
  readonly stopping: () => boolean;
  readonly onError: (error: Error) => void;
  readonly onStep: (step: ConsumerStep) => void;
  /** Called when events were parked. */
  readonly onParked: () => void;
}

/** What is to become of the events of a run that are not handled now. */
interface Aside {
  readonly parked: readonly Parking[];
  readonly dead: readonly { readonly event: RecordedEvent; readonly error: Error }[];
}

/** How much of a batch was dealt with: handled, passed over because it had been, made a dead letter, or parked. */
export interface Progress {
  readonly passed: number;
  /** How many of them are parked. */
  readonly parked: number;
}

/**
 * Handles a batch: all of it in one transaction while that works. An event that fails is parked, together with the commit
 * of those before it, and the group goes on, unless its rule is to halt; what follows in the key is parked behind it.
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
    let parked = 0;
    try {
      while (rest.length > 0 && !stopping()) {
        const start = await source.beginBatch();
        if (start === undefined || start.parkedKeys.length >= PARKED_AT_MOST) break;
        const run = rest.slice(0, size);
        const aside = this.#setAside(run, start, failed);
        const failure = await this.#attempt(run, aside);
        if (failure === 'taken') break;
        if (failure === undefined) {
          parked += aside.parked.length;
          rest = rest.slice(run.length);
          size = rest.length;
          failed = undefined;
          if (aside.parked.length > 0 && onPoison === 'halt') break;
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
    return { passed: events.length - rest.length, parked };
  }

  /** @param failed  the failure of the run's last event */
  #setAside(
    run: readonly RecordedEvent[],
    { othersEndedHere, parkedKeys }: BatchStart,
    failed: HandlingFailure | undefined,
  ): Aside {
    if (failed === undefined && parkedKeys.length === 0 && !othersEndedHere) return NOTHING;
    const { maxAttempts, onPoison } = this.#options;
    const keys = new Set(parkedKeys);
    const behind = run.filter(({ record }) => othersEndedHere || keys.has(record.key));
    const parked = behind.map((event): Parking => ({ event, attempts: 0 }));
    const last = run.at(-1);
    if (failed === undefined || last === undefined || behind.includes(last)) return { parked, dead: [] };
    const final = failed.kind === 'unreadable' || maxAttempts === 1;
    if (final && onPoison === 'skip') return { parked, dead: [{ event: last, error: failed.cause }] };
    const attempts = final ? maxAttempts : 1;
    return { parked: [...parked, { event: last, attempts, error: failed.cause }], dead: [] };
  }

  async #attempt(
    run: readonly RecordedEvent[],
    aside: Aside,
  ): Promise<HandlingFailure | 'taken' | undefined> {
    const { source, tally, onStep, run: handling, lateClaim } = this.#options;
    const notNow = new Set([...aside.parked, ...aside.dead].map(({ event }) => event));
    const wanted = notNow.size === 0 ? run : run.filter((event) => !notNow.has(event));
    let due = wanted;
    try {
      const steps = {
        claim: (tx: Transaction) => source.claim(tx, run, wanted),
        onClaimed: () => onStep('claimed'),
        finish: ({ published }: HandledRun) => this.#lastStatements(published, aside),
      };
      const handle = async (tx: Transaction, repeated?: ReadonlySet<string>) => {
        if (repeated !== undefined && repeated.size > 0)
          due = wanted.filter((event) => !repeated.has(event.record.id));
        const result = await runHandlers(due, tx, handling);
        onStep('handled');
        return result;
      };
      const ended = lateClaim
        ? await inLateClaim(this.#options, {
            ...steps,
            work: handle,
            leftNothing: ({ unchanged }) => unchanged,
          })
        : await claimFirst(
            inHandlerTransaction(this.#options, {
              ...steps,
              pipelined: handling.concurrency > 1,
              work: handle,
            }),
          );
      if (ended === undefined) return 'taken';
      const { published } = ended.result;
      if (ended.committed) {
        onStep('committed');
        source.settled(
          run,
          aside.parked.map(({ event }) => event),
        );
      } else await source.passed(run);
      tally.handled += due.length;
      tally.repeated += wanted.length - due.length;
      tally.published += published.length;
      this.#report(aside);
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

  /** What goes into the log and aside. */
  #lastStatements(events: readonly AppendableEvent[], { parked, dead }: Aside): readonly LastStatement[] {
    const { group } = this.#options;
    return [
      ...appendStatements(events),
      ...(parked.length > 0 ? [parkEvents(group, parked)] : []),
      ...dead.map(({ event, error }) => recordDeadLetter(group, event, error, 1)),
    ];
  }

  #report({ parked, dead }: Aside): void {
    const { tally, onStep, onParked } = this.#options;
    tally.dead += dead.length;
    tally.retries += parked.filter(({ attempts }) => attempts > 0).length;
    if (dead.length > 0) onStep('dead lettered');
    if (parked.length === 0) return;
    onStep('parked');
    onParked();
  }
}

/** Where the claim comes first, every batch is committed: with its checkpoint, if with nothing else. */
async function claimFirst(
  transaction: Promise<HandledRun | undefined>,
): Promise<LateClaimResult<HandledRun> | undefined> {
  const result = await transaction;
  return result === undefined ? undefined : { result, committed: true };
}

const NOTHING: Aside = { parked: [], dead: [] };

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
