import type { Sql } from '@trading/database';

/** A strategy with its parameters. */
export interface StrategyRow {
  strategy_id: string;
  parameters: unknown;
}

/** The strategies, active or still holding something, that trade this symbol at the prices of this series, by id. */
export async function selectMeasuredStrategies(
  sql: Sql,
  series: { readonly tradingSource: string; readonly symbol: string },
): Promise<StrategyRow[]> {
  return await sql.query<StrategyRow & { [column: string]: unknown }>(
    `SELECT strategy_id, parameters
       FROM strategy_engine.measured_strategies
      WHERE parameters ->> 'tradingSource' = $1 AND parameters -> 'symbols' ? $2 AND measured
      ORDER BY strategy_id`,
    [series.tradingSource, series.symbol],
    'analytics_select_measured_strategies',
  );
}
