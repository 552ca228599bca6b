-- Raises a fill that was not expected as a critical risk event, once for its values: a report of the same execution
-- with other values is another event.
-- Called by: book_fill.
CREATE OR REPLACE FUNCTION execution.raise_fill_problem(
  p_problem text, p_order_id text, p_account_id text, p_execution_id text, p_quantity numeric, p_price numeric,
  p_commission numeric, p_executed_at timestamptz, p_correlation_id text, p_causation_id text)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  quantity text := trim_scale(p_quantity)::text;
  price text := trim_scale(p_price)::text;
BEGIN
  PERFORM risk_management.raise_event(
    'fill-' || left(encode(sha256(convert_to(
      concat_ws(chr(10), p_problem, p_account_id, p_execution_id, p_order_id, quantity, price), 'UTF8')), 'hex'), 40),
    p_account_id,
    CASE p_problem WHEN 'late' THEN 'late_fill' WHEN 'conflicting' THEN 'conflicting_fill' ELSE p_problem END,
    'critical',
    format('fill %s of order %s (%s at %s) %s', p_execution_id, p_order_id, quantity, price, CASE p_problem
      WHEN 'late' THEN 'came after its order was done; it is booked'
      WHEN 'conflicting' THEN 'was reported before with other values; what was booked first stands'
      WHEN 'over_fill' THEN 'would fill its order beyond its quantity; it is not booked'
      ELSE 'is of an order that is not ours; it is not booked' END),
    jsonb_build_object('orderId', p_order_id, 'executionId', p_execution_id, 'quantity', quantity, 'price', price,
      'commission', trim_scale(p_commission)::text, 'executedAt', execution.utc_text(p_executed_at)),
    p_executed_at, p_correlation_id, p_causation_id);
END
$$;

COMMENT ON FUNCTION execution.raise_fill_problem IS
  'Raises a fill that was not expected as a critical risk event, once for its values.';
