import type { Sql } from '@trading/database';

/** An active strategy that reads a series, its parameters as the JSON text that PostgreSQL prints. */
export interface ActiveStrategyRow {
  strategy_id: string;
  parameters: string;
}

/** The active strategies that take signals from this symbol of this series, by id. */
export async function selectActiveStrategies(
  sql: Sql,
  series: { readonly signalSource: string; readonly symbol: string },
): Promise<ActiveStrategyRow[]> {
  return await sql.query<ActiveStrategyRow>(
    `SELECT strategy_id, parameters::text AS parameters
       FROM strategy_engine.active_strategies
      WHERE parameters ->> 'signalSource' = $1 AND parameters -> 'symbols' ? $2
      ORDER BY strategy_id`,
    [series.signalSource, series.symbol],
    'strategy_select_active_strategies',
  );
}
