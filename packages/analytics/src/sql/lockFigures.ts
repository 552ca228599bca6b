import type { Sql } from '@trading/database';

/** Makes whoever computes the same strategy's figures wait until this transaction ends. */
export async function lockFigures(sql: Sql, strategyId: string): Promise<void> {
  await sql.query(
    `SELECT pg_advisory_xact_lock(hashtextextended('analytics.performance_metrics:' || $1, 0))`,
    [strategyId],
    'analytics_lock_figures',
  );
}
