-- Door: may this order, allowed before, still be handed to the broker? Null is yes. A kill switch that was set in between
-- stops it: a halt in any case, reduce_only where it would do more than reduce what is held.
CREATE OR REPLACE FUNCTION risk_management.refuse_submission(p_order_id text)
RETURNS text LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  o record;
  kill risk_management.kill_switches;
  held numeric;
BEGIN
  SELECT * INTO o FROM execution.working_orders AS w WHERE w.order_id = p_order_id;
  IF NOT FOUND THEN
    RETURN format('order %s does not work any more', p_order_id);
  END IF;
  SELECT * INTO kill FROM risk_management.active_kill(o.account_id, o.strategy, o.symbol);
  SELECT h.quantity INTO held FROM execution.holdings AS h WHERE h.account_id = o.account_id AND h.symbol = o.symbol;
  IF kill.id IS NULL OR (kill.level = 'reduce_only' AND o.leaves <= CASE o.side WHEN 'sell' THEN held ELSE -held END) THEN
    RETURN NULL;
  END IF;
  RETURN format('kill switch (%s, %s) set by %s: %s', concat_ws(' ', kill.scope, nullif(kill.target, '')), kill.level, kill.set_by, kill.reason);
END
$$;
