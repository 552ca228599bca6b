import type { Sql } from '@trading/database';

/** Makes sure that the strategy has a row, new ones inactive, and holds it against a change at the same time. */
export async function lockStrategy(
  sql: Sql,
  strategy: { readonly strategyId: string; readonly name: string },
): Promise<{ isNew: boolean }> {
  const inserted = await sql.query(
    `INSERT INTO strategy_engine.strategies (strategy_id, name)
     VALUES ($1, $2)
     ON CONFLICT (strategy_id) DO NOTHING
     RETURNING id`,
    [strategy.strategyId, strategy.name],
  );
  await sql.query('SELECT FROM strategy_engine.strategies WHERE strategy_id = $1 FOR UPDATE', [
    strategy.strategyId,
  ]);
  return { isNew: inserted.length === 1 };
}
