import { clientSql, type Sql } from '@trading/database';
import { TradingError } from '@trading/model';
import type { Pool } from 'pg';
import { onConnection } from './onConnection';
import type { SeriesKey } from './seriesKey';
import { tryLockSeries, unlockSeries } from './sql/lockSeries';

/** What a run has that is alone with its series. */
export interface WriterSession {
  /** Statements on the connection that holds the lock, each in a transaction of its own. */
  readonly sql: Sql;
  /**
   * Asked before each chunk.
   *
   * @throws TradingError `DATABASE.UNAVAILABLE` once the connection is lost, and the lock with it
   */
  checkGoing(): void;
}

/**
 * Runs `work` as the only run that says it ingests these series, across all processes. Bars would not suffer from two;
 * their users would: each says what it did to the series.
 *
 * @throws TradingError `INGESTION.ALREADY_RUNNING` at once when another run has one of them, `DATABASE.*`
 */
export async function asOnlyWriter<T>(
  pool: Pool,
  series: readonly SeriesKey[],
  work: (session: WriterSession) => Promise<T>,
): Promise<T> {
  return onConnection(pool, async (client, discard) => {
    const sql = clientSql(client);
    let lost: Error | undefined;
    const onLost = (error: Error) => {
      lost = error;
    };
    client.on('error', onLost);
    const locked: SeriesKey[] = [];
    try {
      for (const key of series) {
        if (!(await tryLockSeries(sql, key))) throw alreadyRunning(key);
        locked.push(key);
      }
      return await work({
        sql,
        checkGoing() {
          if (lost === undefined) return;
          throw new TradingError(
            'DATABASE.UNAVAILABLE',
            `the connection that holds the ingestion's lock was lost: ${lost.message}`,
            { kind: 'operational', transient: true, cause: lost },
          );
        },
      });
    } finally {
      client.off('error', onLost);
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
