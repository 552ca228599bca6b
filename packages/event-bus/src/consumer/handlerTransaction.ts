import { clientSql, normalizeError, poolSql, type ServicePool, type Transaction } from '@trading/database';
import { TradingError } from '@trading/model';
import type { PoolClient } from 'pg';

/**
 * Runs handlers in one transaction of the service's pool. One that does not finish in time loses its connection, so
 * that whatever it does too late has no effect, and no other caller gets a connection that it still holds.
 *
 * @param work  gets `limit`, which bounds one handler's time
 * @throws TradingError `EVENTS.HANDLER_TIMEOUT`, `DATABASE.*`, or whatever `work` throws
 */
export async function inHandlerTransaction<T>(
  pool: ServicePool,
  timeoutMs: number,
  work: (tx: Transaction, limit: <R>(handler: Promise<R>, what: string) => Promise<R>) => Promise<T>,
): Promise<T> {
  const client = await pool.connect().catch((error: unknown) => {
    throw normalizeError(error);
  });
  let dropConnection = false;
  let timedOut = false;
  const limit = async <R>(handler: Promise<R>, what: string): Promise<R> => {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        timedOut = true;
        reject(
          new TradingError('EVENTS.HANDLER_TIMEOUT', `${what} took longer than ${timeoutMs} ms`, {
            kind: 'operational',
            transient: true,
            details: { timeoutMs },
          }),
        );
      }, timeoutMs);
    });
    try {
      return await Promise.race([handler, late]);
    } finally {
      clearTimeout(timer);
    }
  };
  try {
    await client.query('BEGIN');
    const result = await work(clientSql(client), limit);
    await client.query('COMMIT');
    return result;
  } catch (error) {
    if (timedOut) {
      dropConnection = true;
      await endBackend(pool, client);
    } else {
      await client.query('ROLLBACK').catch(() => {
        dropConnection = true;
      });
    }
    throw normalizeError(error);
  } finally {
    client.release(dropConnection);
  }
}

/**
 * Ends the connection at the server too: a statement that is still running there would keep the transaction open, with
 * its lock on the group's place, though nobody waits for it any more.
 */
async function endBackend(pool: ServicePool, client: PoolClient): Promise<void> {
  const processId = 'processID' in client ? client.processID : undefined;
  await poolSql(pool)
    .query('SELECT pg_terminate_backend($1::int, 5000)', [processId])
    .catch(() => {
      // The database is away: then so is the transaction.
    });
}
