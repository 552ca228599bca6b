-- Logs and publishes one step of an order, its creation or a change of status. Every step of every order goes through
-- here. `o` is the order after the step. The event belongs to the correlation id of the signal that led to the order,
-- whichever bar filled it.
-- Called by: place_order, move_order, book_fill and bust_fill.
CREATE OR REPLACE FUNCTION execution.record_step(
  o execution.orders, p_previous execution.order_status, p_event text, p_details jsonb, p_occurred_at timestamptz,
  p_correlation_id text, p_causation_id text)
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO execution.execution_logs (order_id, from_status, to_status, event, details, correlation_id)
    VALUES (o.order_id, p_previous, o.status, p_event, p_details, p_correlation_id);
  INSERT INTO event_bus.outbox (event_id, event_type, version, service, key, correlation_id, causation_id, data, occurred_at)
    VALUES (event_bus.new_event_id(), 'order_updated', event_bus.event_version('order_updated'), 'execution', o.account_id || ':' || o.symbol,
      coalesce(o.correlation_id, p_correlation_id), p_causation_id, execution.order_payload(o, p_previous), p_occurred_at);
END
$$;

COMMENT ON FUNCTION execution.record_step IS
  'Logs and publishes one step of an order: its creation or a change of status.';
