import type { Sql } from '@trading/database';

/** The cached value of a key that is still good at `now`; undefined where there is none. */
export async function selectCached(sql: Sql, key: string, now: Date): Promise<unknown> {
  const [row] = await sql.query<{ value: unknown }>(
    'SELECT value FROM analytics.analytics_cache WHERE key = $1 AND expires_at > $2',
    [key, now],
    'analytics_select_cached',
  );
  return row?.value;
}
