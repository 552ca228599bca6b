-- Published to execution: rejects an order that risk allowed but no longer lets go to its broker, because it was decided too
-- long ago, and raises that. Nothing where risk would let it go, or where it isn't pending any more. The caller has asked
-- the broker that it doesn't have the order. Locks the order's row.
CREATE OR REPLACE FUNCTION execution.deny_submission(p_order_id text, p_correlation_id text, p_causation_id text)
RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  o execution.orders;
  r record;
BEGIN
  SELECT * INTO o FROM execution.orders AS x WHERE x.order_id = p_order_id AND x.status = 'pending' FOR UPDATE;
  IF NOT FOUND THEN
    RETURN false;
  END IF;
  r := risk_management.refuse_submission(p_order_id);
  IF r.verdict IS DISTINCT FROM 'denied' THEN
    RETURN false;
  END IF;
  PERFORM execution.move_order(p_order_id, 'pending', 'rejected', 'denied', 'denied: ' || r.reason, NULL,
    jsonb_build_object('limit', 'max_decision_age', 'limitValue', r.limit_value::text, 'observed', r.observed::text),
    clock_timestamp(), p_correlation_id, p_causation_id);
  PERFORM risk_management.raise_denial(o.order_id, o.account_id, o.symbol, o.side::text, o.quantity, o.strategy,
    'max_decision_age', r.limit_value, r.observed, r.reason, o.reference_price, clock_timestamp(), p_correlation_id,
    p_causation_id);
  RETURN true;
END
$$;
