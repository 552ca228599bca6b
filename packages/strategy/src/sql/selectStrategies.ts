import type { Sql } from '@trading/database';
import type { RegisteredStrategy } from '../register';
import type { StrategyStatus } from '../strategyStatus';

/** Every strategy, or the one of this id, by id. */
export async function selectStrategies(
  sql: Sql,
  strategyId: string | null = null,
): Promise<RegisteredStrategy[]> {
  const rows = await sql.query<{
    strategy_id: string;
    name: string;
    status: StrategyStatus;
    measured: boolean;
    version: number | null;
    parameters: unknown;
  }>(
    `SELECT s.strategy_id, s.name, s.status, m.measured, c.version, s.parameters
       FROM strategy_engine.strategies s
       JOIN strategy_engine.measured_strategies m ON m.strategy_id = s.strategy_id
       LEFT JOIN strategy_engine.strategy_configs c ON c.strategy_id = s.strategy_id AND c.active
      WHERE $1::varchar IS NULL OR s.strategy_id = $1
      ORDER BY s.strategy_id`,
    [strategyId],
  );
  return rows.map((row) => ({
    strategyId: row.strategy_id,
    name: row.name,
    status: row.status,
    measured: row.measured,
    version: row.version,
    parameters: row.parameters,
  }));
}
