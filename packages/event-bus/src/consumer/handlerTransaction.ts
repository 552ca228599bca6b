import {
  clientSql,
  commit,
  type LastStatement,
  normalizeError,
  poolSql,
  type ServicePool,
  sendTogether,
  setPipeline,
  type Transaction,
} from '@trading/database';
import { isTradingError, TradingError } from '@trading/model';
import type { PoolClient, QueryResultRow } from 'pg';
import { HandlingFailure } from './handlingFailure';

/** How handlers' transactions are run. */
export interface HandlerTransactionOptions {
  readonly pool: ServicePool;
  /** False: the commit does not wait for the disk. */
  readonly synchronousCommit: boolean;
}

/** What is done in a transaction. */
export interface TransactionSteps<Claim, Result> {
  /** The first statement: sent together with BEGIN. Undefined ends the transaction there. */
  readonly claim: (tx: Transaction) => Promise<Claim | undefined>;
  /** Called once something was claimed. */
  readonly onClaimed?: () => void;
  /** Whether handlers send several statements at once. */
  readonly pipelined: boolean;
  readonly work: (tx: Transaction, claim: Claim) => Promise<Result>;
  /** The last statements, sent together with COMMIT, and only once all of them are built: what it throws commits nothing. */
  readonly finish: (result: Result) => readonly LastStatement[];
}

/** As `TransactionSteps`, for work that may begin before anything is claimed. */
export interface LateClaimSteps<Claim, Result>
  extends Omit<TransactionSteps<Claim, Result>, 'work' | 'pipelined'> {
  /** Its first statement is sent in one message with BEGIN and the claim; without any there is no transaction. */
  readonly work: (tx: Transaction) => Promise<Result>;
  /** Whether a result left nothing to commit, so that what was claimed can be given back. */
  readonly leftNothing: (result: Result) => boolean;
}

/** What came of a transaction whose claim was late. */
export interface LateClaimResult<Result> {
  readonly result: Result;
  /** False where there was nothing to commit. */
  readonly committed: boolean;
}

/**
 * Runs handlers in one transaction of the service's pool, with as few round trips as it takes. A handler that did not
 * finish in time costs the transaction its connection, so that whatever it does too late has no effect, and no other
 * caller gets a connection that it still holds.
 *
 * @throws TradingError `EVENTS.TRANSACTION_ABORTED` where a handler hid a failed statement, `DATABASE.*`, or whatever
 *   `work` throws
 */
export async function inHandlerTransaction<Claim, Result>(
  options: HandlerTransactionOptions,
  { claim, onClaimed, pipelined, work, finish }: TransactionSteps<Claim, Result>,
): Promise<Result | undefined> {
  const transaction = new HandlerTransaction(options, claim, onClaimed);
  return transaction.run(async () => {
    const claimed = await transaction.begin();
    if (claimed === undefined) return undefined;
    transaction.pipeline(pipelined);
    const result = await work(transaction, claimed);
    await transaction.commit(finish(result));
    return result;
  });
}

/**
 * As `inHandlerTransaction`, but nothing is sent before the work's own first statement goes with it, and statements of it
 * travel together. For work whose only effects are statements, and which sends no COPY before its first statement is
 * answered: what it did before it was known that another process had the claim is rolled back.
 *
 * @returns undefined where another process has the claim
 * @throws as `inHandlerTransaction`
 */
export async function inLateClaim<Claim, Result>(
  options: HandlerTransactionOptions,
  { claim, onClaimed, work, finish, leftNothing }: LateClaimSteps<Claim, Result>,
): Promise<LateClaimResult<Result> | undefined> {
  const transaction = new HandlerTransaction(options, claim, onClaimed);
  return transaction.run(async () => {
    let result: Result;
    try {
      result = await work(transaction);
    } catch (error) {
      // Whatever went wrong did so in a transaction that was not to be.
      if (transaction.lost) return undefined;
      throw error;
    }
    const last = finish(result);
    const onlyLooked = !transaction.begun || leftNothing(result);
    const nothing = onlyLooked && last.length === 0 && !transaction.keepsStatements;
    if (nothing && !transaction.begun) return { result, committed: false };
    if (!nothing && (await transaction.begin()) === undefined) return undefined;
    if (transaction.lost) return undefined;
    if (nothing) transaction.giveUp();
    else await transaction.commit(last);
    return { result, committed: !nothing };
  });
}

// A batch's statements are the same again and again, over tables with many partitions: to plan each of them anew for its
// values takes several times as long as to run it.
const BEGIN = 'BEGIN; SET LOCAL plan_cache_mode = force_generic_plan';
const BEGIN_UNSYNCHRONISED = `${BEGIN}; SET LOCAL synchronous_commit = off`;

/** One transaction, which begins with its first statement, or when it is told to. */
class HandlerTransaction<Claim> implements Transaction {
  readonly #options: HandlerTransactionOptions;
  readonly #claim: (tx: Transaction) => Promise<Claim | undefined>;
  readonly #onClaimed: () => void;
  #client: PoolClient | undefined;
  /** BEGIN and the claim are sent. */
  #opened: Promise<void> | undefined;
  #claimed: Promise<Claim | undefined> | undefined;
  #kept: LastStatement[] = [];
  #lost = false;
  #ended = false;
  #rollingBack: Promise<unknown> | undefined;

  constructor(
    options: HandlerTransactionOptions,
    claim: (tx: Transaction) => Promise<Claim | undefined>,
    onClaimed: () => void = () => {},
  ) {
    this.#options = options;
    this.#claim = claim;
    this.#onClaimed = onClaimed;
  }

  /** Whether anything was sent. */
  get begun(): boolean {
    return this.#opened !== undefined;
  }

  /** Whether another process has the claim. */
  get lost(): boolean {
    return this.#lost;
  }

  get keepsStatements(): boolean {
    return this.#kept.length > 0;
  }

  get client(): PoolClient {
    if (this.#client !== undefined && !this.#ended) return this.#client;
    throw new TradingError(
      'EVENTS.NOT_BEGUN',
      "The handler's transaction begins with its first statement and ends with the handler: there is no connection outside of it",
      { kind: 'bug' },
    );
  }

  async query<Row extends QueryResultRow>(
    text: string,
    values?: readonly unknown[],
    name?: string,
  ): Promise<Row[]> {
    this.#requireOpen();
    if (this.#opened === undefined) {
      const { answer } = await this.#open(() => clientSql(this.client).query<Row>(text, values, name));
      this.#requireOpen();
      return answer;
    }
    await this.#opened;
    this.#requireOpen();
    const kept = this.#takeKept();
    if (kept.length === 0) return clientSql(this.client).query<Row>(text, values, name);
    const answers = await sendTogether(this.client, () => [
      ...kept.map((statement) => this.#send(statement)),
      clientSql(this.client).query<Row>(text, values, name),
    ]);
    return answers.at(-1) as Row[];
  }

  /** Kept until COMMIT, or until another statement might want to see what it did. */
  atCommit(statement: LastStatement): void {
    this.#requireOpen();
    this.#kept.push(statement);
  }

  /** Lets statements follow one another without waiting for answers, or no longer. */
  pipeline(pipelined: boolean): void {
    setPipeline(this.client, pipelined);
  }

  /** Begins it, unless it has begun. @returns what was claimed; undefined where another process has it */
  async begin(): Promise<Claim | undefined> {
    if (this.#opened === undefined) await this.#open(async () => []);
    return this.#claimed;
  }

  /** Rolls back what was only looked at, and leaves nobody waiting for that. */
  giveUp(): void {
    this.#rollingBack = this.client.query('ROLLBACK');
  }

  /** @throws TradingError `EVENTS.TRANSACTION_ABORTED`, `DATABASE.*` */
  async commit(last: readonly LastStatement[]): Promise<void> {
    await this.#opened;
    this.pipeline(false);
    await commit(this.client, [...this.#takeKept(), ...last]).catch((error: unknown) => {
      // A statement failed and its handler caught the error: nothing of the transaction is kept.
      throw isTradingError(error, 'DATABASE.TRANSACTION_ABORTED') ? aborted() : error;
    });
  }

  /** Runs what is to happen in it, and gives its connection back: to the pool, or to nobody. */
  async run<T>(work: () => Promise<T | undefined>): Promise<T | undefined> {
    let dropConnection = false;
    try {
      const result = await work();
      if (result === undefined && this.#client !== undefined) await this.#client.query('ROLLBACK');
      return result;
    } catch (error) {
      const cause = error instanceof HandlingFailure ? error.cause : error;
      dropConnection = isTradingError(cause, 'EVENTS.HANDLER_TIMEOUT');
      if (this.#client !== undefined) {
        if (dropConnection) await endBackend(this.#options.pool, this.#client);
        else {
          await this.#client.query('ROLLBACK').catch(() => {
            dropConnection = true;
          });
        }
      }
      throw normalizeError(error);
    } finally {
      this.#release(dropConnection);
    }
  }

  #release(dropConnection: boolean): void {
    this.#ended = true;
    const client = this.#client;
    if (client === undefined) return;
    setPipeline(client, false);
    if (this.#rollingBack === undefined) client.release(dropConnection);
    else
      this.#rollingBack.then(
        () => client.release(dropConnection),
        () => client.release(true),
      );
  }

  /** Sends BEGIN, the claim and a first statement as one message, and waits for all three. */
  async #open<Answer>(first: () => Promise<Answer>): Promise<{ readonly answer: Answer }> {
    const { pool, synchronousCommit } = this.#options;
    let opened: () => void = () => {};
    this.#opened = new Promise((resolve) => {
      opened = resolve;
    });
    try {
      const client = await pool.connect().catch((error: unknown) => {
        throw normalizeError(error);
      });
      if (this.#ended) {
        client.release();
        this.#requireOpen();
      }
      this.#client = client;
      setPipeline(client, true);
      const kept = this.#takeKept();
      const [, , answer] = await sendTogether(client, () => {
        const begun = client.query(synchronousCommit ? BEGIN : BEGIN_UNSYNCHRONISED);
        this.#claimed = this.#claim(clientSql(client)).then((claimed) => {
          if (claimed === undefined) this.#lost = true;
          else this.#onClaimed();
          return claimed;
        });
        const sent = [begun, this.#claimed, ...kept.map((statement) => this.#send(statement))];
        const answered = first();
        opened();
        return [Promise.all(sent), this.#claimed, answered] as const;
      });
      return { answer };
    } finally {
      opened();
    }
  }

  #takeKept(): readonly LastStatement[] {
    const kept = this.#kept;
    this.#kept = [];
    return kept;
  }

  #send({ text, values, name }: LastStatement): Promise<unknown> {
    return clientSql(this.client).query(text, values, name);
  }

  #requireOpen(): void {
    if (this.#lost) {
      throw new TradingError(
        'EVENTS.TAKEN',
        'Another process has taken the events that this transaction is for',
        { kind: 'operational', transient: true },
      );
    }
    if (!this.#ended) return;
    throw new TradingError(
      'DATABASE.UNAVAILABLE',
      "the handler's transaction has ended, and its connection is gone: this statement came after it",
      { kind: 'operational' },
    );
  }
}

function aborted(): TradingError {
  return new TradingError(
    'EVENTS.TRANSACTION_ABORTED',
    "A statement of the handler failed and the handler went on: let the error through, or use a savepoint where it doesn't matter",
    { kind: 'bug' },
  );
}

/**
 * Ends the connection at the server too: a statement that is still running there would keep the transaction open, with
 * its lock on the group's checkpoint, though nobody waits for it any more.
 */
async function endBackend(pool: ServicePool, client: PoolClient): Promise<void> {
  const processId = 'processID' in client ? client.processID : undefined;
  await poolSql(pool)
    .query('SELECT pg_terminate_backend($1::int, 5000)', [processId])
    .catch(() => {
      // The database is away: then so is the transaction.
    });
}
