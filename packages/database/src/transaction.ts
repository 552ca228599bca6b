import { TradingError } from '@trading/model';
import type { Pool, PoolClient } from 'pg';
import { commitTogether, type LastStatement } from './commitTogether';
import { normalizeError } from './normalizeError';
import { clientSql, type Transaction } from './sql';

/** How a transaction is opened. */
export interface TransactionOptions {
  readonly isolation?: 'read committed' | 'repeatable read' | 'serializable';
  readonly readOnly?: boolean;
}

/**
 * Runs `work` in one transaction of the pool: committed when it returns, rolled back when it throws.
 *
 * @throws TradingError `DATABASE.TRANSACTION_ABORTED` where `work` hid a failed statement, `DATABASE.*`, or whatever
 *   `work` throws
 */
export async function inTransaction<T>(
  pool: Pool,
  work: (tx: Transaction) => Promise<T>,
  options: TransactionOptions = {},
): Promise<T> {
  const client = await acquire(pool);
  let broken: Error | undefined;
  const discard = (error: Error) => {
    broken = error;
  };
  try {
    return await inTransactionOn(client, work, discard, options);
  } finally {
    client.release(broken);
  }
}

/**
 * As `inTransaction`, on a connection that the caller holds.
 *
 * @param discard  called where the connection can't even roll back: it must not be handed to anyone else
 */
async function inTransactionOn<T>(
  client: PoolClient,
  work: (tx: Transaction) => Promise<T>,
  discard: (error: Error) => void,
  options: TransactionOptions = {},
): Promise<T> {
  try {
    await client.query(beginStatement(options));
    const last: LastStatement[] = [];
    const result = await work({ ...clientSql(client), atCommit: (statement) => void last.push(statement) });
    await commit(client, last);
    return result;
  } catch (error) {
    await client.query('ROLLBACK').catch(discard);
    throw normalizeError(error);
  }
}

/**
 * Commits the transaction that is open on a connection, with its last statements in the same message. Every commit of ours
 * goes through here, because PostgreSQL does not fail where there is nothing to commit.
 *
 * @throws TradingError `DATABASE.TRANSACTION_ABORTED` where a statement failed before and its error was hidden, `DATABASE.*`;
 *   the transaction is then still to be rolled back
 */
export async function commit(client: PoolClient, last: readonly LastStatement[] = []): Promise<void> {
  try {
    const command =
      last.length > 0 ? await commitTogether(client, last) : (await client.query('COMMIT')).command;
    // A statement failed and whoever sent it hid the error: PostgreSQL answers COMMIT with ROLLBACK, and nothing was kept.
    if (command !== 'COMMIT') throw aborted();
  } catch (error) {
    throw normalizeError(error);
  }
}

function aborted(): TradingError {
  return new TradingError(
    'DATABASE.TRANSACTION_ABORTED',
    'a statement of the transaction failed and its error was not passed on, so that nothing could be committed',
    { kind: 'bug' },
  );
}

async function acquire(pool: Pool): Promise<PoolClient> {
  try {
    return await pool.connect();
  } catch (error) {
    throw normalizeError(error);
  }
}

function beginStatement({ isolation, readOnly }: TransactionOptions): string {
  const level = isolation === undefined ? '' : ` ISOLATION LEVEL ${isolation.toUpperCase()}`;
  return `BEGIN${level}${readOnly === true ? ' READ ONLY' : ''}`;
}
