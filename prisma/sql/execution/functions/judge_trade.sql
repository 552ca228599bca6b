-- Constraint trigger function: a trade must have the account, symbol and side of its order, the position after it must
-- follow from the trade before it, and the order must equal the totals of its trades. Deferred: it checks what the
-- transaction leaves behind, before the commit.
-- Called by: the trigger trade_follows_its_chain of execution.trades.
-- Raises: check_violation with the constraint name trade_fits_its_order, trade_follows_its_chain or
-- order_equals_its_trades.
CREATE OR REPLACE FUNCTION execution.judge_trade() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off SET enable_bitmapscan = off AS $$
DECLARE
  found record;
  after record;
  split record;
BEGIN
  SELECT o.account_id, o.symbol, o.side, o.filled_quantity, o.busted_quantity, o.avg_fill_price,
         f.quantity, f.busted, execution.average_price(f.paid, f.quantity) AS average, p.trade_count, before.trade_id AS previous,
         coalesce(before.position_quantity, 0) AS quantity_before, coalesce(before.position_cost, 0) AS cost_before,
         coalesce(before.position_avg_price, 0) AS average_before, coalesce(before.position_realized, 0) AS realized_before
    INTO found
    FROM execution.orders AS o
    LEFT JOIN execution.trades AS before ON before.account_id = NEW.account_id AND before.symbol = NEW.symbol
                                        AND before.position_seq = NEW.position_seq - 1 AND before.position_seq > 0
    LEFT JOIN execution.positions AS p ON p.account_id = NEW.account_id AND p.symbol = NEW.symbol
   CROSS JOIN LATERAL execution.filled(o.order_id) AS f
   WHERE o.order_id = NEW.order_id;
  IF (NEW.account_id, NEW.symbol, NEW.side = found.side) IS DISTINCT FROM (found.account_id, found.symbol, NEW.kind = 'fill') THEN
    RAISE EXCEPTION 'trade % is % % in account %, its order % is % % in account %', NEW.trade_id, NEW.side, NEW.symbol, NEW.account_id,
      NEW.order_id, found.side, found.symbol, found.account_id
      USING ERRCODE = 'check_violation', SCHEMA = 'execution', TABLE = 'trades', CONSTRAINT = 'trade_fits_its_order';
  END IF;
  IF found.previous IS NULL AND NEW.position_seq > 1 THEN
    SELECT a.* INTO split FROM execution.position_adjustments AS a
     WHERE a.account_id = NEW.account_id AND a.symbol = NEW.symbol AND a.position_seq = NEW.position_seq - 1;
    IF split.action_id IS NOT NULL THEN
      found.previous := split.action_id;
      found.quantity_before := split.position_quantity;
      found.cost_before := split.position_cost;
      found.average_before := split.position_avg_price;
      found.realized_before := split.position_realized;
    END IF;
  END IF;
  after := execution.apply_fill(found.quantity_before, found.cost_before, found.average_before,
    CASE NEW.side WHEN 'buy' THEN NEW.quantity ELSE -NEW.quantity END, NEW.price, NEW.commission);
  IF NEW.position_seq < 1 OR (NEW.position_seq > 1 AND found.previous IS NULL) OR found.trade_count IS NULL OR found.trade_count < NEW.position_seq
     OR (NEW.position_quantity, NEW.position_cost, NEW.position_avg_price, NEW.realized_pnl, NEW.position_realized) IS DISTINCT FROM
        (after.new_quantity, after.new_cost, after.new_avg_price, after.realized, found.realized_before + after.realized) THEN
    RAISE EXCEPTION 'trade % (number % of % % in account %) does not follow from the one before it', NEW.trade_id, NEW.position_seq,
      coalesce(found.trade_count, 0), NEW.symbol, NEW.account_id
      USING ERRCODE = 'check_violation', SCHEMA = 'execution', TABLE = 'trades', CONSTRAINT = 'trade_follows_its_chain';
  END IF;
  IF (found.filled_quantity, found.busted_quantity, found.avg_fill_price) IS DISTINCT FROM (found.quantity, found.busted, found.average) THEN
    RAISE EXCEPTION 'order % says filled %, busted %, average %; its trades, % among them, say %, %, %', NEW.order_id, found.filled_quantity,
      found.busted_quantity, found.avg_fill_price, NEW.trade_id, found.quantity, found.busted, found.average
      USING ERRCODE = 'check_violation', SCHEMA = 'execution', TABLE = 'orders', CONSTRAINT = 'order_equals_its_trades';
  END IF;
  RETURN NULL;
END
$$;

COMMENT ON FUNCTION execution.judge_trade IS
  'Constraint trigger: a trade must fit its order and follow from the trade before it.';
