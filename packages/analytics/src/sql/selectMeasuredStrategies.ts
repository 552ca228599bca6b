import type { Sql } from '@trading/database';

/** A strategy with its parameters. */
export interface StrategyRow {
  strategy_id: string;
  parameters: unknown;
  /** It is active, or still holds something. */
  measured: boolean;
}

/**
 * The strategies that are active or still hold something and trade one of these symbols at the prices of one of these
 * series, and those of these ids whatever their status; by id.
 */
export async function selectMeasuredStrategies(
  sql: Sql,
  wanted: {
    readonly tradingSources: readonly string[];
    readonly symbols: readonly string[];
    readonly strategyIds: readonly string[];
    /** Of any series. */
    readonly splitSymbols: readonly string[];
  },
): Promise<StrategyRow[]> {
  return await sql.query<StrategyRow & { [column: string]: unknown }>(
    `SELECT strategy_id, parameters, measured
       FROM strategy_engine.measured_strategies
      WHERE (parameters ->> 'tradingSource' = ANY ($1::text[]) AND parameters -> 'symbols' ?| $2::text[] AND measured)
         OR strategy_id = ANY ($3::text[]) OR (parameters -> 'symbols' ?| $4::text[] AND measured)
      ORDER BY strategy_id`,
    [wanted.tradingSources, wanted.symbols, wanted.strategyIds, wanted.splitSymbols],
    'analytics_select_measured_strategies',
  );
}
