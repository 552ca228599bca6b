-- Published function: rejects an order that risk allowed before but that is now too old to go to its broker, and raises
-- that as a denial. Returns false, and does nothing, where risk would still let it go or where it is not pending any
-- more. The caller has made sure that the broker does not have the order.
-- Called by: execution, src/sql/broker/submission.ts.
-- Locks: the order's row.
-- Isolation: READ COMMITTED.
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

COMMENT ON FUNCTION execution.deny_submission IS
  'Published function: rejects a pending order whose decision is too old for its broker; false where it is not.';
