import type { Sql } from '@trading/database';
import type { StrategyStatus } from '../strategyStatus';

/** Sets a strategy's status. @returns whether there is such a strategy */
export async function updateStrategyStatus(
  sql: Sql,
  strategyId: string,
  status: StrategyStatus,
): Promise<boolean> {
  const rows = await sql.query(
    'UPDATE strategy_engine.strategies SET status = $2 WHERE strategy_id = $1 RETURNING id',
    [strategyId, status],
  );
  return rows.length === 1;
}
