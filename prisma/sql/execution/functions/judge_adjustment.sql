-- Constraint trigger function: the position after an adjustment must be what replaying the trades and splits up to it
-- gives, and it must follow on the entry before it. Deferred: it checks what the transaction leaves behind.
-- Called by: the trigger adjustment_follows_its_chain of execution.position_adjustments.
-- Raises: check_violation with the constraint name adjustment_follows_its_chain.
CREATE OR REPLACE FUNCTION execution.judge_adjustment() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan SET enable_seqscan = off SET enable_bitmapscan = off AS $$
DECLARE
  derived record;
  before record;
BEGIN
  derived := execution.replay_position(NEW.account_id, NEW.symbol, NEW.position_seq, NULL, NULL);
  SELECT e.position_realized INTO before FROM execution.chain_entry(NEW.account_id, NEW.symbol, NEW.position_seq - 1) AS e;
  IF NOT FOUND OR (NEW.position_quantity, NEW.position_cost, NEW.position_avg_price, NEW.position_realized, NEW.position_cash, NEW.realized_pnl)
     IS DISTINCT FROM (derived.quantity, derived.cost, derived.avg_price, derived.realized, derived.cash, derived.realized - before.position_realized) THEN
    RAISE EXCEPTION 'split % (number % of % in account %) does not leave what replaying its trades and splits gives', NEW.action_id,
      NEW.position_seq, NEW.symbol, NEW.account_id
      USING ERRCODE = 'check_violation', SCHEMA = 'execution', TABLE = 'position_adjustments', CONSTRAINT = 'adjustment_follows_its_chain';
  END IF;
  RETURN NULL;
END
$$;

COMMENT ON FUNCTION execution.judge_adjustment IS
  'Constraint trigger: a split must leave what replaying the trades and splits up to it gives.';
