import type { Sql } from '@trading/database';
import type { Metric } from '../metricRows';

/** A stored figure. */
export interface StoredMetric {
  readonly accountId: string;
  readonly metric: Metric;
  readonly date: string;
  readonly value: string | null;
  readonly method: Record<string, unknown>;
}

/** A strategy's figures of some metrics over a period, both ends included, by account, date and metric. */
export async function selectMetricHistory(
  sql: Sql,
  wanted: {
    readonly strategyId: string;
    readonly metrics: readonly Metric[];
    readonly from: string;
    readonly to: string;
  },
): Promise<StoredMetric[]> {
  const rows = await sql.query<{
    account_id: string;
    metric: Metric;
    date: string;
    value: string | null;
    method: Record<string, unknown>;
  }>(
    `SELECT account_id, metric, date::text, value, method
       FROM analytics.performance_metrics
      WHERE strategy_id = $1 AND metric = ANY ($2) AND date BETWEEN $3 AND $4
      ORDER BY account_id, date, metric`,
    [wanted.strategyId, wanted.metrics, wanted.from, wanted.to],
  );
  return rows.map(({ account_id: accountId, ...row }) => ({ accountId, ...row }));
}
