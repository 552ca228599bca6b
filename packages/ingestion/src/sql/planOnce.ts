import type { Transaction } from '@trading/database';

/**
 * Has prepared statements keep one plan for any values, until the transaction ends. Else the server plans a look into the
 * bars anew each time, for every partition: several times as long as the look itself.
 */
export async function planOnce(tx: Transaction): Promise<void> {
  await tx.query('SET LOCAL plan_cache_mode = force_generic_plan');
}
