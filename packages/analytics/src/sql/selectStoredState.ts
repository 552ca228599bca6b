import type { Sql } from '@trading/database';
import { STATE_METRICS } from '../metricRows';

/** The stored figures that a computation goes on from. */
export interface StoredState {
  /** The last date that has figures; null where none has. */
  readonly lastDate: string | null;
  /** The last date before the one asked for; null where there is none. */
  readonly date: string | null;
  /** That date's rows by metric. */
  readonly rows: Record<string, { readonly value: string | null; readonly method: unknown }>;
}

/** Reads the figures of the last date before `before`. */
export async function selectStoredState(
  sql: Sql,
  key: { readonly strategyId: string; readonly accountId: string; readonly before: string },
): Promise<StoredState> {
  const rows = await sql.query<{
    last_date: string | null;
    date: string | null;
    metric: string | null;
    value: string | null;
    method: unknown;
  }>(
    `SELECT ends.last_date::text, m.date::text, m.metric, m.value, m.method
       FROM (SELECT max(date) AS last_date, max(date) FILTER (WHERE date < $3) AS prior_date
               FROM (SELECT (SELECT max(date) FROM analytics.performance_metrics
                              WHERE strategy_id = $1 AND account_id = $2 AND metric = 'equity') AS date
                     UNION ALL
                     SELECT (SELECT max(date) FROM analytics.performance_metrics
                              WHERE strategy_id = $1 AND account_id = $2 AND metric = 'equity' AND date < $3)) AS d
            ) AS ends
       LEFT JOIN analytics.performance_metrics m
              ON m.strategy_id = $1 AND m.account_id = $2 AND m.metric = ANY ($4) AND m.date = ends.prior_date`,
    [key.strategyId, key.accountId, key.before, STATE_METRICS],
    'analytics_select_stored_state',
  );
  const found = rows.flatMap(({ metric, value, method }) =>
    metric === null ? [] : [[metric, { value, method }]],
  );
  return {
    lastDate: rows[0]?.last_date ?? null,
    date: rows[0]?.date ?? null,
    rows: Object.fromEntries(found),
  };
}
