-- Places one order: risk decides, then the order is stored, logged and published. place_orders calls it for each order,
-- for one as for many. Where the id exists already, the stored order is returned unchanged.
-- `p_on_paper` means that a paper broker works the account: an allowed order is submitted at once, or rejected where
-- that broker refuses it (`p_refusal`). It is stored once, as submitted; the log and the events show both steps. An
-- order of an account at a remote broker (execution.broker_accounts) stays pending until the broker session submits it,
-- whatever `p_on_paper` is. The statements are small and touch one row each, and are planned once for each session
-- (docs/decisions/0013-small-statements.md).
-- Called by: place_orders. No role may call it.
-- Locks: see risk_management.reserve_order.
-- Isolation: READ COMMITTED.
-- Raises: what reserve_order raises, and the constraints of execution.orders.
CREATE OR REPLACE FUNCTION execution.place_order(
  p_order_id text, p_account_id text, p_symbol text, p_side execution.order_side, p_order_type execution.order_type,
  p_time_in_force execution.time_in_force, p_quantity numeric, p_price numeric, p_stop_price numeric, p_strategy_id text,
  p_signal_id text, p_replaces_order_id text, p_decided_at timestamptz, p_trading_source text,
  p_session_open timestamptz, p_session_close timestamptz, p_on_paper boolean, p_refusal text,
  p_correlation_id text, p_causation_id text)
RETURNS execution.orders LANGUAGE plpgsql AS $$
DECLARE
  o execution.orders;
  d record;
  at_broker boolean;
BEGIN
  PERFORM FROM execution.broker_accounts AS b WHERE b.account_id = p_account_id;
  at_broker := FOUND OR p_on_paper IS NOT TRUE;
  d := risk_management.reserve_order(p_order_id, p_account_id, p_symbol, p_side::text, p_order_type::text, p_quantity,
    p_price, p_stop_price, p_strategy_id, p_decided_at, p_trading_source, p_correlation_id, p_causation_id, p_session_open,
    p_session_close, at_broker);
  IF d.decision = 'known' THEN
    SELECT * INTO o FROM execution.orders AS x WHERE x.order_id = p_order_id;
    RETURN o;
  END IF;
  INSERT INTO execution.orders (order_id, account_id, symbol, side, order_type, time_in_force, quantity, price, stop_price,
      strategy, signal_id, decided_at, status, reason, reference_price, correlation_id, replaces_order_id, trading_source)
    VALUES (p_order_id, p_account_id, p_symbol, p_side, p_order_type, p_time_in_force, p_quantity, p_price, p_stop_price,
      p_strategy_id, p_signal_id, p_decided_at,
      CASE WHEN d.decision = 'denied' OR (p_refusal IS NOT NULL AND NOT at_broker) THEN 'rejected'
           WHEN at_broker THEN 'pending' ELSE 'submitted' END::execution.order_status,
      CASE WHEN d.decision = 'denied' THEN 'denied: ' || d.reason
           WHEN NOT at_broker THEN 'rejected: ' || p_refusal END,
      d.reference_price, p_correlation_id,
      -- A denied order replaces none.
      CASE d.decision WHEN 'allowed' THEN p_replaces_order_id END, p_trading_source)
    RETURNING * INTO o;
  IF d.decision = 'denied' THEN
    PERFORM execution.record_step(o, NULL, 'denied', jsonb_build_object('limit', d.limit_type,
      'limitValue', d.limit_value::text, 'observed', d.observed::text), p_decided_at, p_correlation_id, p_causation_id);
    RETURN o;
  END IF;
  PERFORM execution.record_step(execution.as_created(o), NULL, 'created', jsonb_build_object('checks', d.checks),
    p_decided_at, p_correlation_id, p_causation_id);
  IF NOT at_broker THEN
    PERFORM execution.record_step(o, 'pending', o.status::text, NULL, p_decided_at, p_correlation_id, p_causation_id);
  END IF;
  RETURN o;
END
$$;

COMMENT ON FUNCTION execution.place_order IS
  'Places one order: risk decides, then the order is stored, logged and published; returns the order as stored.';
