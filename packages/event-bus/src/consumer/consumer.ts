import { poolSql, type ServicePool } from '@trading/database';
import { isTradingError } from '@trading/model';
import type { EventSource, SourceOptions } from '../eventSource';
import type { BatchHandlers, EventHandlers } from '../handlers';
import { GroupSource } from '../source/groupSource';
import { createLogReader, type LogReader } from '../source/logReader';
import type { GroupStart } from '../sql/openGroup';
import { UPCASTERS, type Upcasters } from '../upcasters';
import type { WakeUp } from '../wakeUp';
import { type Backoff, backoffMs, DEFAULT_BACKOFF } from './backoff';
import { BatchProcessor, type ConsumerStep, type Progress } from './batchProcessor';
import { DeadLetterRetrier } from './deadLetterRetrier';
import { type ConsumerFigures, emptyTally, type Tally } from './figures';
import { ParkedRetrier } from './parkedRetrier';
import { InterruptibleWait } from './waiting';

/** How a consumer is made. */
export interface ConsumerOptions {
  /** The consumer group: the service's name, or `service.purpose` where a service has several. */
  readonly group: string;
  /** The service's pool: handlers run on its connections, as its role. */
  readonly pool: ServicePool;
  /** Types whose events are taken one at a time. */
  readonly handlers?: EventHandlers;
  /** Types whose events are taken several at a time; they come before `handlers`. */
  readonly batchHandlers?: BatchHandlers;
  /** How older versions of events are read; the project's own steps, unless given. */
  readonly upcasters?: Upcasters;
  /** Events in one transaction at most. 1000. */
  readonly batchSize?: number;
  /**
   * How many keys are handled side by side, in one transaction. Events of one key stay in order, those of different keys
   * don't; statements of several handlers travel together. 1: all events in order.
   */
  readonly concurrency?: number;
  /**
   * True: each event that was handled leaves a row in the inbox, at the price of a third more work for the database. Effects
   * happen once without: the group's checkpoint moves in their transaction. With it they do so even where the row that holds the
   * position is lost. False.
   */
  readonly inbox?: boolean;
  /**
   * False: commits don't wait for the disk. After a crash of the database the last effects are gone together with the
   * group's checkpoint, so they happen again; what handlers did outside the database happens twice. Never beside a relay,
   * which could have passed on what is gone. True.
   */
  readonly synchronousCommit?: boolean;
  /**
   * True: handlers have no effects but the statements of their `tx` and what they publish, and none begins with COPY. The
   * transaction of a batch then begins with the handler's first statement, in one message with it. Where a batch sent none,
   * or only reads and said `unchanged`, nothing is committed: the group's checkpoint is stored with its next batch, within
   * five seconds, or when the consumer stops. Not beside `inbox`. False.
   */
  readonly onlyStatements?: boolean;
  /** How often an event is tried before it counts as poisoned. 5. */
  readonly maxAttempts?: number;
  /**
   * What happens at a poisoned event: it becomes a dead letter, or the group stops. A group that skips goes on with other
   * keys while an event waits to be tried again; one that halts tries it to the end first. `skip`.
   */
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
  /** Reads the log; shared with other consumers of the process by `createSharedLogReader`. One of its own, unless given. */
  readonly log?: LogReader;
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
   * Handles the next batch, and tries again what failed, to its end. Calls wait for one another.
   *
   * @returns how many events were dealt with; 0 where there was nothing to do
   * @throws TradingError `EVENTS.HALTED`, `DATABASE.*`
   */
  runOnce(): Promise<number>;
  /** Whether events are parked that failed before: by an earlier process too. Looks once a second at most. */
  hasParked(): Promise<boolean>;
  /** Handles events until `stop`: as they come, when woken, and by polling. */
  start(): void;
  /** Finishes what is in hand, then stops. */
  stop(): Promise<void>;
  /** Looks for events now. */
  wake(): void;
  figures(): ConsumerFigures;
  [Symbol.asyncDispose](): Promise<void>;
}

/** The first wait after events were handled, or someone woke it and there was nothing to see yet. */
const FIRST_POLL_MS = 2;

/** How often a consumer looks for events that another process of the group left parked. */
const LOOK_FOR_PARKED_MS = 1_000;

/** Makes a consumer; it does nothing until `start` or `runOnce`. */
export function createConsumer(options: ConsumerOptions): Consumer {
  return new PollingConsumer(options);
}

class PollingConsumer implements Consumer {
  readonly group: string;
  readonly source: EventSource;
  readonly #options: ConsumerOptions;
  readonly #processor: BatchProcessor;
  readonly #deadLetters: DeadLetterRetrier;
  readonly #parked: ParkedRetrier;
  readonly #tally: Tally = emptyTally();
  readonly #idle = new InterruptibleWait();
  readonly #pause = new InterruptibleWait();
  readonly #nextRetry = new InterruptibleWait();
  /** Whether more may follow the last batch at once. */
  #more = false;
  #last: Promise<unknown> = Promise.resolve();
  #loop: Promise<unknown> | undefined;
  #stopping = false;
  #halted = false;

  constructor(options: ConsumerOptions) {
    const { group, pool, handlers = {}, batchHandlers = {}, startAt = 'beginning' } = options;
    this.group = group;
    this.#options = options;
    const source = {
      group,
      types: Object.keys({ ...handlers, ...batchHandlers }),
      sql: poolSql(pool),
      start: startAt,
      inbox: options.inbox ?? false,
      log: options.log ?? createLogReader(poolSql(pool)),
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
      onStep: (step: ConsumerStep) => options.onStep?.(step),
      maxAttempts: options.maxAttempts ?? 5,
      onPoison: options.onPoison ?? 'skip',
      stopping: () => this.#stopping,
    };
    this.#deadLetters = new DeadLetterRetrier(handling);
    this.#parked = new ParkedRetrier({
      ...handling,
      inbox: source.inbox,
      backoff: options.backoff ?? DEFAULT_BACKOFF,
      pause: async (ms) => void (await this.#nextRetry.wait(ms)),
    });
    this.#processor = new BatchProcessor({
      ...handling,
      source: this.source,
      lateClaim: (options.onlyStatements ?? false) && !source.inbox,
      onParked: () => {
        this.#parked.expect();
        this.#nextRetry.interrupt();
      },
    });
  }

  runOnce(): Promise<number> {
    return this.#inTurn(async () => {
      const before = this.#options.onPoison === 'halt' ? await this.#parked.settle() : 0;
      const { passed, parked } = await this.#handleBatch();
      return before + passed - parked + (await this.#parked.settle());
    });
  }

  hasParked(): Promise<boolean> {
    return this.#parked.any();
  }

  start(): void {
    if (this.#loop !== undefined) return;
    this.#stopping = false;
    this.#halted = false;
    this.#loop =
      this.#options.onPoison === 'halt'
        ? this.#run(() => this.runOnce())
        : Promise.all([
            this.#run(() => this.#inTurn(async () => (await this.#handleBatch()).passed)),
            this.#retryParked(),
          ]);
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    this.#idle.interrupt();
    this.#pause.interrupt();
    this.#nextRetry.interrupt();
    await this.#loop;
    await this.#last.catch(() => {});
    // What it passed without a commit would come again, for nothing, and count as a backlog until then.
    await this.source.close().catch((error: unknown) => this.#report(error));
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
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#last.then(work, work);
    this.#last = done;
    return done;
  }

  async #handleBatch(): Promise<Progress> {
    const limit = this.#options.batchSize ?? 1_000;
    let batch = await this.source.next(limit);
    // A range of the log in which nothing is for this group.
    while (batch.events.length === 0 && batch.more && !this.#stopping) batch = await this.source.next(limit);
    this.#more = batch.more;
    if (batch.events.length > 0) return this.#processor.process(batch.events);
    return { passed: await this.#deadLetters.retryRequested(), parked: 0 };
  }

  /** Beside the batches, so that what is tried again holds up nothing but its key. */
  async #retryParked(): Promise<void> {
    let failures = 0;
    while (!this.#stopping) {
      try {
        await this.#parked.settle();
        failures = 0;
        await this.#nextRetry.wait(LOOK_FOR_PARKED_MS);
      } catch (error) {
        failures += 1;
        this.#report(error);
        await this.#nextRetry.wait(backoffMs(this.#options.backoff ?? DEFAULT_BACKOFF, failures));
      }
    }
  }

  /** @param handleSome  says how many events it dealt with */
  async #run(handleSome: () => Promise<number>): Promise<void> {
    const unsubscribe = this.#options.wakeUp?.onWake(() => this.wake());
    const longestMs = this.#options.pollMs ?? 250;
    let emptyLooks = 0;
    let failures = 0;
    while (!this.#stopping) {
      try {
        const handled = await handleSome();
        failures = 0;
        // What is on its way now is announced by a wake-up; without a wait events would be handled one by one.
        emptyLooks = handled === 0 ? emptyLooks + 1 : 1;
        // Whoever listens to what the handlers published need not find it by polling.
        if (handled > 0) this.#options.wakeUp?.committed();
        if (handled > 0 && this.#more) continue;
        const waitMs = backoffMs({ firstMs: FIRST_POLL_MS, maxMs: longestMs }, emptyLooks);
        // Who was woken looks often for a while: the hint comes before the commit.
        if (await this.#idle.wait(waitMs)) emptyLooks = 0;
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
