import type { Sql } from '@trading/database';
import type { SeriesKey } from '../seriesKey';

// A lock of the session, not of a transaction: an ingestion commits many times, and an open transaction would hold
// back every reader of the outbox.
const TRY_LOCK = `SELECT pg_try_advisory_lock(${seriesLock('$1', '$2')}) AS locked`;
const UNLOCK = `SELECT pg_advisory_unlock(${seriesLock('$1', '$2')})`;

/** The key of a series' lock, of SQL expressions for its name. */
export function seriesLock(symbol: string, dataSource: string): string {
  return `hashtextextended('ingestion ' || ${symbol} || ' ' || ${dataSource}, 0)`;
}

/** Takes the series for this connection; false when another one has it. */
export async function tryLockSeries(sql: Sql, { symbol, dataSource }: SeriesKey): Promise<boolean> {
  const [row] = await sql.query<{ locked: boolean }>(TRY_LOCK, [symbol, dataSource]);
  return row?.locked === true;
}

/** Gives the series back. */
export async function unlockSeries(sql: Sql, { symbol, dataSource }: SeriesKey): Promise<void> {
  await sql.query(UNLOCK, [symbol, dataSource]);
}
