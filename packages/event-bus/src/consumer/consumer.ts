import { poolSql, type ServicePool } from '@trading/database';
import { isTradingError } from '@trading/model';
import type { EventSource, SourceOptions } from '../eventSource';
import type { BatchHandlers, EventHandlers } from '../handlers';
import { GroupSource } from '../source/groupSource';
import type { GroupStart } from '../sql/openGroup';
import { UPCASTERS, type Upcasters } from '../upcasters';
import type { WakeUp } from '../wakeUp';
import { type Backoff, backoffMs, DEFAULT_BACKOFF } from './backoff';
import { BatchProcessor, type ConsumerStep } from './batchProcessor';
import { type ConsumerFigures, emptyTally, type Tally } from './figures';
import { LetterRetrier } from './letterRetrier';
import { InterruptibleWait } from './waiting';

/** How a consumer is made. */
export interface ConsumerOptions {
  /** The consumer group: the service's name, or `service.purpose` where a service has several. */
  readonly group: string;
  /** The service's pool: handlers run on its connections, as its role. */
  readonly pool: ServicePool;
  readonly handlers: EventHandlers;
  /** Types whose events are taken several at a time; they come before `handlers`. */
  readonly batchHandlers?: BatchHandlers;
  /** How older versions of events are read; the project's own steps, unless given. */
  readonly upcasters?: Upcasters;
  /** Events in one transaction at most. 500. */
  readonly batchSize?: number;
  /**
   * How many keys are handled side by side, in one transaction. Events of one key stay in order, those of different keys
   * don't; statements of several handlers travel together. 1: all events in order.
   */
  readonly concurrency?: number;
  /**
   * False: no inbox row an event, a third less work for the database. The group's place alone makes effects happen once,
   * since it moves in their transaction; but where a group's row is lost, everything has its effect again. True.
   */
  readonly inbox?: boolean;
  /**
   * False: commits don't wait for the disk. After a crash of the database the last effects are gone together with the
   * group's place, so they happen again; what handlers did outside the database happens twice. Never beside a relay,
   * which could have passed on what is gone. True.
   */
  readonly synchronousCommit?: boolean;
  /** How often an event is tried before it counts as poisoned. 5. */
  readonly maxAttempts?: number;
  /** What happens at a poisoned event: it becomes a dead letter, or the group stops there. `skip`. */
  readonly onPoison?: 'skip' | 'halt';
  readonly backoff?: Backoff;
  /** How long a handler may take. 30 s. */
  readonly handlerTimeoutMs?: number;
  /** The longest wait between two looks while there is nothing to do, ms. 250. */
  readonly pollMs?: number;
  /** Where a group that is new begins. `beginning`. */
  readonly startAt?: GroupStart;
  /** Shortens the wait when events are published. */
  readonly wakeUp?: WakeUp;
  /** Where events come from; the outbox itself, unless given. */
  readonly source?: (options: SourceOptions) => EventSource;
  /** Told where a batch is, for tracing and for tests that end the process just there. */
  readonly onStep?: (step: ConsumerStep) => void;
  /** Hears of every failed attempt and every failed look. */
  readonly onError?: (error: Error) => void;
}

/** One process's share in a consumer group. */
export interface Consumer {
  readonly group: string;
  readonly source: EventSource;
  /**
   * Handles the next batch. Calls wait for one another.
   *
   * @returns how many events were dealt with; 0 where there was nothing to do
   * @throws TradingError `EVENTS.HALTED`, `DATABASE.*`
   */
  runOnce(): Promise<number>;
  /** Handles events until `stop`: as they come, when woken, and by polling. */
  start(): void;
  /** Finishes what is in hand, then stops. */
  stop(): Promise<void>;
  /** Looks for events now. */
  wake(): void;
  figures(): ConsumerFigures;
  [Symbol.asyncDispose](): Promise<void>;
}

const FIRST_POLL_MS = 10;

/** Makes a consumer; it does nothing until `start` or `runOnce`. */
export function createConsumer(options: ConsumerOptions): Consumer {
  return new PollingConsumer(options);
}

class PollingConsumer implements Consumer {
  readonly group: string;
  readonly source: EventSource;
  readonly #options: ConsumerOptions;
  readonly #processor: BatchProcessor;
  readonly #retrier: LetterRetrier;
  readonly #tally: Tally = emptyTally();
  readonly #idle = new InterruptibleWait();
  readonly #pause = new InterruptibleWait();
  #last: Promise<unknown> = Promise.resolve();
  #loop: Promise<void> | undefined;
  #stopping = false;
  #halted = false;

  constructor(options: ConsumerOptions) {
    const { group, pool, handlers, batchHandlers = {}, startAt = 'beginning' } = options;
    this.group = group;
    this.#options = options;
    const source = {
      group,
      types: Object.keys({ ...handlers, ...batchHandlers }),
      sql: poolSql(pool),
      start: startAt,
      inbox: options.inbox ?? true,
    };
    this.source = options.source?.(source) ?? new GroupSource(source);
    const handling = {
      group,
      pool,
      synchronousCommit: options.synchronousCommit ?? true,
      run: {
        handlers,
        batchHandlers,
        upcasters: options.upcasters ?? UPCASTERS,
        service: pool.service,
        concurrency: options.concurrency ?? 1,
        timeoutMs: options.handlerTimeoutMs ?? 30_000,
      },
      tally: this.#tally,
      onError: (error: Error) => options.onError?.(error),
    };
    this.#retrier = new LetterRetrier(handling);
    this.#processor = new BatchProcessor({
      ...handling,
      source: this.source,
      onStep: (step) => options.onStep?.(step),
      maxAttempts: options.maxAttempts ?? 5,
      onPoison: options.onPoison ?? 'skip',
      backoff: options.backoff ?? DEFAULT_BACKOFF,
      pause: (ms) => this.#pause.wait(ms),
      stopping: () => this.#stopping,
    });
  }

  runOnce(): Promise<number> {
    const run = this.#last.then(
      () => this.#handleBatch(),
      () => this.#handleBatch(),
    );
    this.#last = run;
    return run;
  }

  start(): void {
    if (this.#loop !== undefined) return;
    this.#stopping = false;
    this.#halted = false;
    this.#loop = this.#run();
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    this.#idle.interrupt();
    this.#pause.interrupt();
    await this.#loop;
    await this.#last.catch(() => {});
    this.#loop = undefined;
    this.#stopping = false;
  }

  wake(): void {
    this.#idle.interrupt();
  }

  figures(): ConsumerFigures {
    const state = this.#halted ? 'halted' : this.#loop === undefined ? 'stopped' : 'running';
    return { group: this.group, state, ...this.#tally };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
    await this.source.close();
  }

  async #handleBatch(): Promise<number> {
    const batch = await this.source.next(this.#options.batchSize ?? 500);
    if (batch.events.length === 0) return this.#retrier.retryRequested();
    return this.#processor.process(batch.events);
  }

  async #run(): Promise<void> {
    const unsubscribe = this.#options.wakeUp?.onWake(() => this.wake());
    const longestMs = this.#options.pollMs ?? 250;
    let emptyLooks = 0;
    let failures = 0;
    while (!this.#stopping) {
      try {
        const handled = await this.runOnce();
        failures = 0;
        emptyLooks = handled === 0 ? emptyLooks + 1 : 0;
        if (handled > 0) continue;
        await this.#idle.wait(backoffMs({ firstMs: FIRST_POLL_MS, maxMs: longestMs }, emptyLooks));
      } catch (error) {
        failures += 1;
        this.#report(error);
        if (this.#halted) break;
        await this.#pause.wait(backoffMs(this.#options.backoff ?? DEFAULT_BACKOFF, failures));
      }
    }
    unsubscribe?.();
    // Whoever mended what halted the group may start it again.
    if (this.#halted) this.#loop = undefined;
  }

  #report(error: unknown): void {
    const failure = error instanceof Error ? error : new Error(String(error));
    this.#tally.lastError = failure.message;
    this.#halted = isTradingError(error, 'EVENTS.HALTED');
    this.#options.onError?.(failure);
  }
}
