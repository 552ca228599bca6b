import type { Transaction } from '@trading/database';

/** 'bars' in ASCII: the class of advisory locks that guard the writing of bars. */
const LOCK_CLASS = 0x62617273;
// In the order that is given: writers that lock in one order can't wait for each other in a circle.
const LOCK_BUCKETS = `SELECT pg_advisory_xact_lock(${LOCK_CLASS}, bucket) FROM unnest($1::int[]) AS bucket`;

/** Waits until no other transaction writes bars of these buckets of series; held until the transaction ends. */
export async function lockBuckets(tx: Transaction, buckets: readonly number[]): Promise<void> {
  await tx.query(LOCK_BUCKETS, [[...buckets].sort((a, b) => a - b)], 'ingestion.lock_buckets');
}
