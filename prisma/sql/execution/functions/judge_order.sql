-- Constraint trigger function: the filled quantity, busted quantity and average price of an order must equal the totals
-- of its trades. Deferred: it checks what the transaction leaves behind, before the commit.
-- Called by: the triggers order_equals_its_trades and new_order_equals_its_trades of execution.orders.
-- Raises: check_violation with the constraint name order_equals_its_trades.
CREATE OR REPLACE FUNCTION execution.judge_order() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan SET enable_seqscan = off SET enable_bitmapscan = off AS $$
DECLARE
  derived record;
  last record;
BEGIN
  SELECT f.quantity, f.busted, execution.average_price(f.paid, f.quantity) AS average INTO derived FROM execution.filled(NEW.order_id) AS f;
  IF (NEW.filled_quantity, NEW.busted_quantity, NEW.avg_fill_price) IS NOT DISTINCT FROM (derived.quantity, derived.busted, derived.average) THEN
    RETURN NULL;
  END IF;
  SELECT o.filled_quantity, o.busted_quantity, o.avg_fill_price INTO last FROM execution.orders AS o WHERE o.order_id = NEW.order_id;
  IF FOUND AND last IS DISTINCT FROM derived THEN
    RAISE EXCEPTION 'order % says filled %, busted %, average %; its trades say %, %, %', NEW.order_id,
      last.filled_quantity, last.busted_quantity, last.avg_fill_price, derived.quantity, derived.busted, derived.average
      USING ERRCODE = 'check_violation', SCHEMA = 'execution', TABLE = 'orders', CONSTRAINT = 'order_equals_its_trades';
  END IF;
  RETURN NULL;
END
$$;

COMMENT ON FUNCTION execution.judge_order IS
  'Constraint trigger: an order''s filled quantities and average price must equal the totals of its trades.';
