import type { Sql } from '@trading/database';

/** An active strategy, its parameters as the JSON text that PostgreSQL prints. */
export interface ActiveStrategyRow {
  strategy_id: string;
  parameters: string;
}

/** The active strategies that take signals from one of these series sources and one of these symbols, by id. */
export async function selectActiveStrategies(
  sql: Sql,
  series: { readonly signalSources: readonly string[]; readonly symbols: readonly string[] },
): Promise<ActiveStrategyRow[]> {
  return await sql.query<ActiveStrategyRow>(
    `SELECT strategy_id, parameters::text AS parameters
       FROM strategy_engine.active_strategies
      WHERE parameters ->> 'signalSource' = ANY ($1::text[]) AND parameters -> 'symbols' ?| $2::text[]
      ORDER BY strategy_id`,
    [series.signalSources, series.symbols],
    'strategy_select_active_strategies',
  );
}
