import type { Sql } from '@trading/database';

// Others still read and write the cache. Not an advisory lock: any login could hold that. One lock for all strategies, so
// that two transactions which compute several can't wait for each other.
const LOCK = 'LOCK TABLE analytics.analytics_cache IN SHARE UPDATE EXCLUSIVE MODE';

/** Makes whoever computes or caches figures wait until this transaction ends. */
export async function lockFigures(sql: Sql): Promise<void> {
  await sql.query(LOCK);
}
