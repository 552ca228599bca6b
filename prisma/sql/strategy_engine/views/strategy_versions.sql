-- Published view of every version of the parameters of each strategy.
-- Read by: api, src/sql/strategies.ts.
CREATE OR REPLACE VIEW strategy_engine.strategy_versions AS
  SELECT strategy_id, version, parameters, active, created_at FROM strategy_engine.strategy_configs;

COMMENT ON VIEW strategy_engine.strategy_versions IS
  'Published view of every version of the parameters of each strategy.';
