import type { Sql } from '@trading/database';
import type { MetricRow } from '../metricRows';

/**
 * Writes figures, over those of an earlier computation where they differ, and forgets a cached value that was made of them.
 *
 * @param cacheKey  of what is kept of the strategy's figures
 * @returns the dates on which anything changed
 */
export async function upsertMetrics(
  sql: Sql,
  key: { readonly strategyId: string; readonly accountId: string },
  rows: readonly MetricRow[],
  cacheKey: string,
): Promise<Set<string>> {
  const changed = await sql.query<{ date: string }>(
    `WITH changed AS (
       INSERT INTO analytics.performance_metrics AS kept (strategy_id, account_id, metric, date, value, method)
       SELECT $1, $2, metric, date, value, method::jsonb
         FROM unnest($3::text[], $4::date[], $5::numeric[], $6::text[]) AS computed (metric, date, value, method)
       ON CONFLICT (strategy_id, account_id, metric, date) DO UPDATE
          SET value = excluded.value, method = excluded.method, computed_at = now()
        WHERE (kept.value, kept.method) IS DISTINCT FROM (excluded.value, excluded.method)
       RETURNING date::text
     ), forgotten AS (
       DELETE FROM analytics.analytics_cache WHERE key = $7 AND EXISTS (SELECT FROM changed)
     )
     SELECT DISTINCT date FROM changed`,
    [
      key.strategyId,
      key.accountId,
      rows.map(({ metric }) => metric),
      rows.map(({ date }) => date),
      rows.map(({ value }) => value?.toString() ?? null),
      rows.map(({ method }) => JSON.stringify(method)),
      cacheKey,
    ],
    'analytics_upsert_metrics',
  );
  return new Set(changed.map(({ date }) => date));
}
