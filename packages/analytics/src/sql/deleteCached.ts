import type { Sql } from '@trading/database';

/** Forgets a cached value. */
export async function deleteCached(sql: Sql, key: string): Promise<void> {
  await sql.query('DELETE FROM analytics.analytics_cache WHERE key = $1', [key], 'analytics_delete_cached');
}
