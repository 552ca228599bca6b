-- Every strategy, and whether its figures go on: those that trade, and those that were stopped but still hold something. What a
-- strategy holds is what its own fills, busts among them, come to: its account's position may be another's, or net to nothing.
-- Only for a stopped one are they added up.
CREATE OR REPLACE VIEW strategy_engine.measured_strategies AS
  SELECT s.strategy_id, s.parameters, s.status = 'active' OR EXISTS (
           SELECT FROM execution.fills AS f
            WHERE f.account_id = s.parameters ->> 'accountId' AND f.strategy = s.strategy_id
            GROUP BY f.symbol HAVING sum(CASE f.side WHEN 'buy' THEN f.quantity ELSE -f.quantity END) <> 0) AS measured
    FROM strategy_engine.strategies AS s;
