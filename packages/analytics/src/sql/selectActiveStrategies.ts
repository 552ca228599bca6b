import type { Sql } from '@trading/database';

/** An active strategy with its parameters. */
export interface ActiveStrategyRow {
  strategy_id: string;
  parameters: unknown;
}

/** The active strategies that trade this symbol at the prices of this series, by id. */
export async function selectActiveStrategies(
  sql: Sql,
  series: { readonly tradingSource: string; readonly symbol: string },
): Promise<ActiveStrategyRow[]> {
  return await sql.query<ActiveStrategyRow>(
    `SELECT strategy_id, parameters
       FROM strategy_engine.active_strategies
      WHERE parameters ->> 'tradingSource' = $1 AND parameters -> 'symbols' ? $2
      ORDER BY strategy_id`,
    [series.tradingSource, series.symbol],
    'analytics_select_active_strategies',
  );
}
