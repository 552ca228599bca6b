import type { Sql } from '@trading/database';

/** A value to keep. */
export interface CacheEntry {
  readonly key: string;
  /** JSON. */
  readonly value: unknown;
  readonly now: Date;
  readonly expiresAt: Date;
}

/** Keeps a value under its key in place of an earlier one, and removes what has expired. */
export async function upsertCached(sql: Sql, entry: CacheEntry): Promise<void> {
  await sql.query(
    `WITH expired AS (DELETE FROM analytics.analytics_cache WHERE expires_at <= $3 AND key <> $1)
     INSERT INTO analytics.analytics_cache (key, value, expires_at, created_at)
     VALUES ($1, $2, $4, $3)
     ON CONFLICT (key) DO UPDATE
        SET value = excluded.value, expires_at = excluded.expires_at, created_at = excluded.created_at`,
    [entry.key, JSON.stringify(entry.value), entry.now, entry.expiresAt],
    'analytics_upsert_cached',
  );
}
