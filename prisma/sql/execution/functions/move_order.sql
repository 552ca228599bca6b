-- Moves an order from one status to another, logs and publishes it. Returns `moved`, or `elsewhere` where the order has
-- another status than `p_from`; then nothing is changed. An order that moves to rejected no longer replaces another
-- one.
-- Called by: book_reports and deny_submission. No role may call it.
-- Locks: the order's row.
-- Raises: check_violation, from the trigger check_order_transition, where no order may make that move.
CREATE OR REPLACE FUNCTION execution.move_order(
  p_order_id text, p_from execution.order_status, p_to execution.order_status, p_event text, p_reason text,
  p_broker_order_id text, p_details jsonb, p_occurred_at timestamptz, p_correlation_id text, p_causation_id text)
RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  o execution.orders;
BEGIN
  UPDATE execution.orders AS x
     SET status = p_to, reason = coalesce(p_reason, x.reason), broker_order_id = coalesce(p_broker_order_id, x.broker_order_id),
         replaces_order_id = CASE p_to WHEN 'rejected' THEN NULL ELSE x.replaces_order_id END
   WHERE x.order_id = p_order_id AND x.status = p_from
  RETURNING * INTO o;
  IF NOT FOUND THEN
    RETURN 'elsewhere';
  END IF;
  PERFORM execution.record_step(o, p_from, p_event, p_details, p_occurred_at, p_correlation_id, p_causation_id);
  RETURN 'moved';
END
$$;

COMMENT ON FUNCTION execution.move_order IS
  'Moves an order from one status to another, logs and publishes it; returns moved, or elsewhere where it has another status.';
