import type { Sql } from '@trading/database';
import type { ActiveStrategyRow } from './selectActiveStrategies';

/** The active strategy of this id; none where it is paused, inactive or unknown. */
export async function selectActiveStrategy(
  sql: Sql,
  strategyId: string,
): Promise<ActiveStrategyRow | undefined> {
  const [row] = await sql.query<ActiveStrategyRow>(
    'SELECT strategy_id, parameters FROM strategy_engine.active_strategies WHERE strategy_id = $1',
    [strategyId],
    'analytics_select_active_strategy',
  );
  return row;
}
