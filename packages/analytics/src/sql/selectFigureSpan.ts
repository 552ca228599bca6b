import type { Sql } from '@trading/database';

/** Which dates a strategy's figures cover. */
export interface FigureSpan {
  readonly accountId: string;
  readonly firstDate: string;
  readonly lastDate: string;
  /** Trading dates with figures. */
  readonly days: number;
}

/** The span of a strategy's figures in the account that it traded last; undefined where there are none. */
export async function selectFigureSpan(sql: Sql, strategyId: string): Promise<FigureSpan | undefined> {
  const [row] = await sql.query<{ account_id: string; first_date: string; last_date: string; days: number }>(
    `SELECT account_id, min(date)::text AS first_date, max(date)::text AS last_date, count(*)::int AS days
       FROM analytics.performance_metrics
      WHERE strategy_id = $1 AND metric = 'equity'
      GROUP BY account_id
      ORDER BY max(date) DESC, max(computed_at) DESC
      LIMIT 1`,
    [strategyId],
  );
  if (row === undefined) return undefined;
  return { accountId: row.account_id, firstDate: row.first_date, lastDate: row.last_date, days: row.days };
}
