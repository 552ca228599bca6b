-- The strategies that trade now, with the parameters in force.
-- Read by: strategy, src/sql/selectActiveStrategies.ts.
CREATE OR REPLACE VIEW strategy_engine.active_strategies AS
  SELECT strategy_id, name, parameters FROM strategy_engine.strategies WHERE status = 'active';

COMMENT ON VIEW strategy_engine.active_strategies IS 'The strategies that trade now, with the parameters in force.';
