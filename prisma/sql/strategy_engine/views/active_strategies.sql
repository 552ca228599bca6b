-- The strategies that trade now, with the parameters in force.
CREATE OR REPLACE VIEW strategy_engine.active_strategies AS
  SELECT strategy_id, name, parameters FROM strategy_engine.strategies WHERE status = 'active';
