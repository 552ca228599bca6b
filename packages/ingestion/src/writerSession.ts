import { clientSql, inTransactionOn, type Sql, type Transaction } from '@trading/database';
import { TradingError } from '@trading/model';
import type { Pool } from 'pg';
import { onConnection } from './onConnection';
import type { SeriesKey } from './seriesKey';
import { tryLockSeries, unlockSeries } from './sql/lockSeries';

/** The one connection that may write its series: the lock dies with it, so a writer that lost its lock can't write. */
export interface WriterSession {
  /** Statements on the connection, each in a transaction of its own. */
  readonly sql: Sql;
  /** Runs `work` in a transaction of the connection: see `inTransaction`. */
  transaction<T>(work: (tx: Transaction) => Promise<T>): Promise<T>;
}

/**
 * Runs `work` as the only writer of these series, across all processes.
 *
 * @throws TradingError `INGESTION.ALREADY_RUNNING` at once when another writer has one of them, `DATABASE.*`
 */
export async function asOnlyWriter<T>(
  pool: Pool,
  series: readonly SeriesKey[],
  work: (session: WriterSession) => Promise<T>,
): Promise<T> {
  return onConnection(pool, async (client, discard) => {
    const sql = clientSql(client);
    const locked: SeriesKey[] = [];
    try {
      for (const key of series) {
        if (!(await tryLockSeries(sql, key))) throw alreadyRunning(key);
        locked.push(key);
      }
      return await work({ sql, transaction: (inside) => inTransactionOn(client, inside, discard) });
    } finally {
      try {
        for (const key of locked) await unlockSeries(sql, key);
      } catch (error) {
        // Closing the connection gives its locks back.
        discard(error as Error);
      }
    }
  });
}

function alreadyRunning({ symbol, dataSource }: SeriesKey): TradingError {
  return new TradingError(
    'INGESTION.ALREADY_RUNNING',
    `${symbol} from ${dataSource} is being ingested by another run; wait for it to end`,
    { details: { symbol, dataSource } },
  );
}
