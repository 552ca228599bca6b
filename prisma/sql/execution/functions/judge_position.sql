-- Constraint trigger function: a position must equal what its last trade left, and be flat where it has no trades.
-- Deferred: it checks what the transaction leaves behind, before the commit.
-- Called by: the trigger position_equals_its_trades of execution.positions.
-- Raises: check_violation with the constraint name position_equals_its_trades.
CREATE OR REPLACE FUNCTION execution.judge_position() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan SET enable_seqscan = off SET enable_bitmapscan = off AS $$
DECLARE
  derived record;
  last record;
BEGIN
  SELECT t.position_seq, t.position_quantity, t.position_cost, t.position_avg_price, t.position_realized INTO derived
    FROM execution.trades AS t WHERE t.account_id = NEW.account_id AND t.symbol = NEW.symbol AND t.position_seq > 0
   ORDER BY t.position_seq DESC LIMIT 1;
  -- A split may be the last entry of the chain.
  IF NEW.trade_count > coalesce(derived.position_seq, 0) THEN
    SELECT a.position_seq, a.position_quantity, a.position_cost, a.position_avg_price, a.position_realized INTO derived
      FROM execution.position_adjustments AS a WHERE a.account_id = NEW.account_id AND a.symbol = NEW.symbol
       AND a.position_seq > coalesce(derived.position_seq, 0)
     ORDER BY a.position_seq DESC LIMIT 1;
  END IF;
  IF derived.position_seq IS NULL THEN
    SELECT 0::bigint AS position_seq, 0.0 AS position_quantity, 0.0 AS position_cost, 0.0 AS position_avg_price, 0.0 AS position_realized INTO derived;
  END IF;
  IF (NEW.trade_count, NEW.quantity, NEW.cost_basis, NEW.avg_price, NEW.realized_pnl) IS NOT DISTINCT FROM
     (derived.position_seq, derived.position_quantity, derived.position_cost, derived.position_avg_price, derived.position_realized) THEN
    RETURN NULL;
  END IF;
  SELECT p.trade_count, p.quantity, p.cost_basis, p.avg_price, p.realized_pnl INTO last
    FROM execution.positions AS p WHERE p.account_id = NEW.account_id AND p.symbol = NEW.symbol;
  IF FOUND AND last IS DISTINCT FROM derived THEN
    RAISE EXCEPTION 'position % of account % is % at % after % trades; its trades leave % at % after %', NEW.symbol, NEW.account_id,
      last.quantity, last.cost_basis, last.trade_count, derived.position_quantity, derived.position_cost, derived.position_seq
      USING ERRCODE = 'check_violation', SCHEMA = 'execution', TABLE = 'positions', CONSTRAINT = 'position_equals_its_trades';
  END IF;
  RETURN NULL;
END
$$;

COMMENT ON FUNCTION execution.judge_position IS 'Constraint trigger: a position must equal what its last trade left.';
