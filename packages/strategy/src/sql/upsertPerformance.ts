import { type Sql, sendLast, type Transaction } from '@trading/database';
import type { PerformanceRow } from '../performanceRow';

/**
 * Writes the figures of strategies' trading dates, over those of an earlier computation. Figures of a strategy that is
 * not registered are passed over.
 *
 * @param rows  one for a strategy and date
 */
export async function upsertPerformance(
  sql: Sql | Transaction,
  rows: readonly PerformanceRow[],
): Promise<void> {
  await sendLast(sql, {
    text: `INSERT INTO strategy_engine.strategy_performance AS kept
            (strategy_id, date, returns, sharpe_ratio, max_drawdown, total_trades, win_rate)
     SELECT strategy_id, date, returns, sharpe_ratio, max_drawdown, total_trades, win_rate
       FROM unnest($1::text[], $2::date[], $3::numeric[], $4::numeric[], $5::numeric[], $6::integer[], $7::numeric[])
            AS told (strategy_id, date, returns, sharpe_ratio, max_drawdown, total_trades, win_rate)
       JOIN strategy_engine.strategies AS s USING (strategy_id)
     ON CONFLICT (strategy_id, date) DO UPDATE
        SET returns = excluded.returns, sharpe_ratio = excluded.sharpe_ratio, max_drawdown = excluded.max_drawdown,
            total_trades = excluded.total_trades, win_rate = excluded.win_rate
      WHERE (kept.returns, kept.sharpe_ratio, kept.max_drawdown, kept.total_trades, kept.win_rate)
            IS DISTINCT FROM
            (excluded.returns, excluded.sharpe_ratio, excluded.max_drawdown, excluded.total_trades, excluded.win_rate)`,
    values: [
      rows.map((row) => row.strategyId),
      rows.map((row) => row.date),
      rows.map((row) => row.returns?.toString() ?? null),
      rows.map((row) => row.sharpeRatio?.toString() ?? null),
      rows.map((row) => row.maxDrawdown.toString()),
      rows.map((row) => row.totalTrades),
      rows.map((row) => row.winRate?.toString() ?? null),
    ],
    name: 'strategy_upsert_performance',
  });
}
