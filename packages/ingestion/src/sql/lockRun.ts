import type { Sql } from '@trading/database';

// A bulk load may be of ten thousand series, too many to hold a lock of each: it holds one of the moment at which it
// began, which ingestion_status has for each of them. Shared, for two may begin at once.
const LOCK_RUN = `SELECT pg_advisory_lock_shared(${runLock('$1::timestamptz')})`;
const UNLOCK_RUN = `SELECT pg_advisory_unlock_shared(${runLock('$1::timestamptz')})`;

/** The key of a run's lock, of an SQL expression for when it began. */
export function runLock(startedAt: string): string {
  return `hashtextextended('ingestion run ' || (extract(epoch FROM ${startedAt}) * 1000)::bigint, 0)`;
}

/** Holds the lock of the run that began then, until it is given back or the connection ends. */
export async function lockRun(sql: Sql, startedAt: Date): Promise<void> {
  await sql.query(LOCK_RUN, [startedAt]);
}

/** Gives it back. */
export async function unlockRun(sql: Sql, startedAt: Date): Promise<void> {
  await sql.query(UNLOCK_RUN, [startedAt]);
}
