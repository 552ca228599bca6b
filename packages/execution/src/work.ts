import { randomUUID } from 'node:crypto';
import { inTransaction, type ServicePool, type Transaction } from '@trading/database';
import type { Cause } from '@trading/model';
import { againAfterDeadlock } from './againAfterDeadlock';

/** One transaction's worth of work, and what caused it. What is done in it is published by the functions that do it. */
export interface Work {
  readonly tx: Transaction;
  readonly cause: Cause;
}

/**
 * Tries some work that may be undone without undoing the rest: with `keep` false its effects, events among them, are rolled
 * back.
 */
export async function inSavepoint<T>(
  { tx }: Work,
  attempt: () => Promise<{ keep: boolean; value: T }>,
): Promise<T> {
  await tx.query('SAVEPOINT attempt');
  const { keep, value } = await attempt();
  await tx.query(keep ? 'RELEASE SAVEPOINT attempt' : 'ROLLBACK TO SAVEPOINT attempt');
  return value;
}

/**
 * Does the work of a command in a transaction of its own. After a deadlock it is done again from its start, so it has no
 * effects but those of its transaction.
 *
 * @param correlationId  joins it to a chain; a new one unless given
 */
export async function inWork<T>(
  pool: ServicePool,
  work: (work: Work) => Promise<T>,
  correlationId: string = randomUUID(),
): Promise<T> {
  return againAfterDeadlock(() =>
    inTransaction(pool, (tx) => work({ tx, cause: { correlationId, causationId: null } })),
  );
}
