import type { Sql } from '@trading/database';

/** A version of a strategy's parameters. */
export interface StrategyVersion {
  readonly version: number;
  readonly parameters: unknown;
  /** It is the one in force. */
  readonly active: boolean;
  readonly createdAt: Date;
}

/** Every version of a strategy's parameters, newest first. */
export async function selectVersions(sql: Sql, strategyId: string): Promise<StrategyVersion[]> {
  const rows = await sql.query<{ version: number; parameters: unknown; active: boolean; created_at: Date }>(
    `SELECT version, parameters, active, created_at FROM strategy_engine.strategy_configs
      WHERE strategy_id = $1 ORDER BY version DESC`,
    [strategyId],
  );
  return rows.map(({ created_at: createdAt, ...row }) => ({ ...row, createdAt }));
}
