-- Published view: every strategy, and whether its performance is still measured. `measured` is true for an active
-- strategy, and for a stopped one whose own fills, net of busts, still add up to a position in some symbol. The
-- position of the account can't be used, because it may include that of another strategy. The fills are only added up
-- for stopped strategies.
-- Read by: strategy, src/sql/selectStrategies.ts, and analytics, src/sql/selectMeasuredStrategies.ts.
CREATE OR REPLACE VIEW strategy_engine.measured_strategies AS
  SELECT s.strategy_id, s.parameters, s.status = 'active' OR EXISTS (
           SELECT FROM execution.fills AS f
            WHERE f.account_id = s.parameters ->> 'accountId' AND f.strategy = s.strategy_id
            GROUP BY f.symbol HAVING sum(CASE f.side WHEN 'buy' THEN f.quantity ELSE -f.quantity END) <> 0) AS measured
    FROM strategy_engine.strategies AS s;

COMMENT ON VIEW strategy_engine.measured_strategies IS
  'Published view: every strategy, and whether its performance is still measured.';
