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
import type { PoolClient } from 'pg';
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
  /** Whether handlers send several statements at once. */
  readonly pipelined: boolean;
  readonly work: (tx: Transaction, claim: Claim) => Promise<Result>;
  /** The last statements, sent together with COMMIT, and only once all of them are built: what it throws commits nothing. */
  readonly finish: (result: Result) => readonly LastStatement[];
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
  { pool, synchronousCommit }: HandlerTransactionOptions,
  { claim, pipelined, work, finish }: TransactionSteps<Claim, Result>,
): Promise<Result | undefined> {
  const client = await pool.connect().catch((error: unknown) => {
    throw normalizeError(error);
  });
  const tx = clientSql(client);
  let dropConnection = false;
  try {
    setPipeline(client, true);
    const [, claimed] = await sendTogether(client, () => [
      client.query(synchronousCommit ? 'BEGIN' : 'BEGIN; SET LOCAL synchronous_commit = off'),
      claim(tx),
    ]);
    if (claimed === undefined) {
      await client.query('ROLLBACK');
      return undefined;
    }
    setPipeline(client, pipelined);
    const result = await work(tx, claimed);
    setPipeline(client, false);
    await commit(client, finish(result)).catch((error: unknown) => {
      // A statement failed and its handler caught the error: nothing of the transaction is kept.
      throw isTradingError(error, 'DATABASE.TRANSACTION_ABORTED') ? aborted() : error;
    });
    return result;
  } catch (error) {
    const cause = error instanceof HandlingFailure ? error.cause : error;
    dropConnection = isTradingError(cause, 'EVENTS.HANDLER_TIMEOUT');
    if (dropConnection) await endBackend(pool, client);
    else {
      await client.query('ROLLBACK').catch(() => {
        dropConnection = true;
      });
    }
    throw normalizeError(error);
  } finally {
    setPipeline(client, false);
    client.release(dropConnection);
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
