-- Logs that a fill beyond the quantity of an order was not booked, once for each execution.
-- Called by: book_fill.
CREATE OR REPLACE FUNCTION execution.log_over_fill(
  o execution.orders, p_execution_id text, p_quantity numeric, p_price numeric, p_correlation_id text)
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO execution.execution_logs (order_id, from_status, to_status, event, details, correlation_id)
    SELECT o.order_id, o.status, o.status, 'over_fill_refused',
           jsonb_build_object('executionId', p_execution_id, 'quantity', p_quantity::text, 'price', p_price::text),
           p_correlation_id
     WHERE NOT EXISTS (SELECT FROM execution.execution_logs AS l WHERE l.order_id = o.order_id
                          AND l.event = 'over_fill_refused' AND l.details ->> 'executionId' = p_execution_id);
END
$$;

COMMENT ON FUNCTION execution.log_over_fill IS
  'Logs that a fill beyond the quantity of an order was not booked, once for each execution.';
