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
  try {
    await client.query(beginStatement(options));
    const last: LastStatement[] = [];
    const result = await work({ ...clientSql(client), atCommit: (statement) => void last.push(statement) });
    const command =
      last.length > 0 ? await commitTogether(client, last) : (await client.query('COMMIT')).command;
    // A statement failed and `work` hid the error: PostgreSQL answers COMMIT with ROLLBACK, and nothing was kept.
    if (command !== 'COMMIT') throw aborted();
    return result;
  } catch (error) {
    // A connection whose rollback fails is not handed to the next caller.
    await client.query('ROLLBACK').catch((rollbackError: Error) => {
      broken = rollbackError;
    });
    throw normalizeError(error);
  } finally {
    client.release(broken);
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
