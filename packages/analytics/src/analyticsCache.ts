import type { Sql } from '@trading/database';
import { selectCached } from './sql/selectCached';
import { upsertCached } from './sql/upsertCached';

/** Values that are dear to compute, kept in the database until they expire. */
export interface AnalyticsCache {
  /** The value that was put under the key and has not expired; undefined where there is none. */
  get(key: string): Promise<unknown>;
  /** Keeps a JSON value; what has expired is removed on the way. @param key  at most 200 characters */
  put(key: string, value: unknown, ttlMs: number): Promise<void>;
}

/** Makes the cache over `analytics.analytics_cache`. @param now  the clock, in the application's time */
export function createAnalyticsCache(sql: Sql, now: () => Date = () => new Date()): AnalyticsCache {
  return {
    get: (key) => selectCached(sql, key, now()),
    put: (key, value, ttlMs) => {
      const at = now();
      return upsertCached(sql, { key, value, now: at, expiresAt: new Date(at.getTime() + ttlMs) });
    },
  };
}
