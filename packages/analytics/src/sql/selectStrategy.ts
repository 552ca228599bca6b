import type { Sql } from '@trading/database';
import type { StrategyRow } from './selectMeasuredStrategies';

/** The strategy of this id, whatever its status: a fill that ends a stopped one's position counts too. */
export async function selectStrategy(sql: Sql, strategyId: string): Promise<StrategyRow | undefined> {
  const [row] = await sql.query<StrategyRow & { [column: string]: unknown }>(
    'SELECT strategy_id, parameters FROM strategy_engine.measured_strategies WHERE strategy_id = $1',
    [strategyId],
    'analytics_select_strategy',
  );
  return row;
}
