-- Published view of the strategies with the parameters in force and their version.
-- Read by: api, src/sql/strategies.ts.
CREATE OR REPLACE VIEW strategy_engine.stored_strategies AS
  SELECT s.strategy_id, s.name, s.status, s.parameters, c.version, s.created_at, s.updated_at
    FROM strategy_engine.strategies AS s
    LEFT JOIN strategy_engine.strategy_configs AS c ON c.strategy_id = s.strategy_id AND c.active;

COMMENT ON VIEW strategy_engine.stored_strategies IS
  'Published view of the strategies with the parameters in force and their version.';
