import type { Sql } from '@trading/database';

/** The version in force, and whether it was added now. */
export interface ConfigVersion {
  readonly version: number;
  readonly added: boolean;
}

/**
 * Puts parameters in force: nothing happens where they are already, a new version otherwise. Parameters are the same
 * when they are the same JSON value, whatever the order of their keys. The caller holds the strategy's row.
 */
export async function addStrategyConfig(
  sql: Sql,
  config: { readonly strategyId: string; readonly parameters: string },
): Promise<ConfigVersion> {
  const { strategyId, parameters } = config;
  const [inForce] = await sql.query<{ version: number }>(
    `SELECT version FROM strategy_engine.strategy_configs
      WHERE strategy_id = $1 AND active AND parameters = $2::jsonb`,
    [strategyId, parameters],
  );
  if (inForce !== undefined) return { version: inForce.version, added: false };
  await sql.query(
    'UPDATE strategy_engine.strategy_configs SET active = false WHERE strategy_id = $1 AND active',
    [strategyId],
  );
  const [added] = await sql.query<{ version: number }>(
    `INSERT INTO strategy_engine.strategy_configs (strategy_id, version, parameters, active)
     SELECT $1::varchar, coalesce(max(version), 0) + 1, $2::jsonb, true
       FROM strategy_engine.strategy_configs
      WHERE strategy_id = $1
     RETURNING version`,
    [strategyId, parameters],
  );
  return { version: added?.version ?? 1, added: true };
}
