import type { Sql } from '@trading/database';
import type { PerformanceRow } from '../performanceRow';

/**
 * Writes the figures of a strategy's trading date, over those of an earlier computation. Figures of a strategy that is
 * not registered are passed over.
 */
export async function upsertPerformance(sql: Sql, row: PerformanceRow): Promise<void> {
  await sql.query(
    `INSERT INTO strategy_engine.strategy_performance AS kept
            (strategy_id, date, returns, sharpe_ratio, max_drawdown, total_trades, win_rate)
     SELECT strategy_id, $2::date, $3::numeric, $4::numeric, $5::numeric, $6::integer, $7::numeric
       FROM strategy_engine.strategies
      WHERE strategy_id = $1
     ON CONFLICT (strategy_id, date) DO UPDATE
        SET returns = excluded.returns, sharpe_ratio = excluded.sharpe_ratio, max_drawdown = excluded.max_drawdown,
            total_trades = excluded.total_trades, win_rate = excluded.win_rate
      WHERE (kept.returns, kept.sharpe_ratio, kept.max_drawdown, kept.total_trades, kept.win_rate)
            IS DISTINCT FROM
            (excluded.returns, excluded.sharpe_ratio, excluded.max_drawdown, excluded.total_trades, excluded.win_rate)`,
    [
      row.strategyId,
      row.date,
      row.returns?.toString() ?? null,
      row.sharpeRatio?.toString() ?? null,
      row.maxDrawdown.toString(),
      row.totalTrades,
      row.winRate?.toString() ?? null,
    ],
    'strategy_upsert_performance',
  );
}
