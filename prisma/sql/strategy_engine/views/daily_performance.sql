-- Published view of the performance of each strategy, up to the end of each trading day.
-- Read by: api, src/sql/strategies.ts.
CREATE OR REPLACE VIEW strategy_engine.daily_performance AS
  SELECT strategy_id, date, returns, sharpe_ratio, max_drawdown, total_trades, win_rate FROM strategy_engine.strategy_performance;

COMMENT ON VIEW strategy_engine.daily_performance IS
  'Published view of the performance of each strategy, up to the end of each trading day.';
