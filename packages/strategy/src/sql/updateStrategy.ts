import type { Sql } from '@trading/database';

/** Writes the name and the parameters in force; a row that says the same already is left alone. */
export async function updateStrategy(
  sql: Sql,
  strategy: { readonly strategyId: string; readonly name: string; readonly parameters: string },
): Promise<void> {
  await sql.query(
    `UPDATE strategy_engine.strategies
        SET name = $2, parameters = $3::jsonb
      WHERE strategy_id = $1 AND (name, parameters) IS DISTINCT FROM ($2, $3::jsonb)`,
    [strategy.strategyId, strategy.name, strategy.parameters],
  );
}
