-- Published view of the figures of each strategy on each trading date, with the method of each.
-- Read by: api, src/sql/figures.ts.
CREATE OR REPLACE VIEW analytics.figures AS
  SELECT account_id, strategy_id, metric, date, value, method, computed_at FROM analytics.performance_metrics;

COMMENT ON VIEW analytics.figures IS
  'Published view of the figures of each strategy on each trading date, with the method of each.';
