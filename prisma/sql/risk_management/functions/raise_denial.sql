-- Records and publishes that an order was denied, once for each order.
-- Called by: reserve_order and execution.deny_submission.
-- Raises: what record_event raises.
CREATE OR REPLACE FUNCTION risk_management.raise_denial(
  p_order_id text, p_account_id text, p_symbol text, p_side text, p_quantity numeric, p_strategy_id text, p_limit_type text,
  p_limit_value numeric, p_observed numeric, p_reason text, p_reference_price numeric, p_occurred_at timestamptz,
  p_correlation_id text, p_causation_id text)
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  PERFORM risk_management.record_event(
    CASE WHEN length(p_order_id) <= 93 THEN 'denied:' || p_order_id
         ELSE 'denied:' || encode(sha256(convert_to(p_order_id, 'UTF8')), 'hex') END,
    p_account_id, 'order_denied', CASE p_limit_type WHEN 'kill_switch' THEN 'critical' ELSE 'warning' END,
    format('order %s (%s %s %s) denied: %s', p_order_id, p_side, trim_scale(p_quantity), p_symbol, p_reason),
    jsonb_build_object('orderId', p_order_id, 'symbol', p_symbol, 'side', p_side, 'quantity', trim_scale(p_quantity)::text,
      'strategyId', p_strategy_id, 'limit', p_limit_type, 'limitValue', p_limit_value::text, 'observed', p_observed::text,
      'referencePrice', trim_scale(p_reference_price)::text),
    p_occurred_at, p_correlation_id, p_causation_id);
END
$$;

COMMENT ON FUNCTION risk_management.raise_denial IS
  'Records and publishes that an order was denied, once for each order.';
