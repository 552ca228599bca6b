import type { Sql } from '@trading/database';

/** Removes a strategy's figures in an account: they were computed on a basis that no longer holds. */
export async function deleteMetrics(
  sql: Sql,
  key: { readonly strategyId: string; readonly accountId: string },
): Promise<void> {
  await sql.query('DELETE FROM analytics.performance_metrics WHERE strategy_id = $1 AND account_id = $2', [
    key.strategyId,
    key.accountId,
  ]);
}
