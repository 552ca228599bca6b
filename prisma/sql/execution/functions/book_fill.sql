-- Books one fill, once: the trade, the order's filled quantity, average price and status, the position, its P&L and the
-- log, and publishes what changed. book_reports calls it for each fill, for one as for many. A fill that can't be
-- booked, or that was not expected, becomes a critical risk event in the same transaction. Returns
--   booked          the usual case
--   late            booked, though the order was already cancelled or rejected
--   duplicate       nothing was done: this execution is booked already, with the same values
--   conflicting     nothing was done: this execution id is booked with other values
--   over_fill       only logged: the order would be filled beyond its quantity
--   unknown_order   nothing was done: there is no such order
-- Called by: book_reports. No role may call it.
-- Locks: the order's row, then the position's. Concurrent fills wait for each other, so none is lost.
-- Isolation: READ COMMITTED.
-- Raises: invalid_parameter_value where quantity or price is not above 0, or a number has more than 4 decimals.
CREATE OR REPLACE FUNCTION execution.book_fill(
  p_order_id text, p_account_id text, p_execution_id text, p_quantity numeric, p_price numeric, p_commission numeric,
  p_executed_at timestamptz, p_settlement_date date, p_correlation_id text, p_causation_id text)
RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  o execution.orders;
  known record;
  b record;
  outcome text;
  previous execution.order_status;
BEGIN
  IF (p_quantity > 0 AND p_quantity < 'Infinity' AND p_price > 0 AND p_price < 'Infinity' AND abs(p_commission) < 'Infinity'
      AND greatest(scale(trim_scale(p_quantity)), scale(trim_scale(p_price)), scale(trim_scale(p_commission))) <= 4)
     IS NOT TRUE THEN
    RAISE EXCEPTION
      'fill % of order % has quantity %, price %, commission %: the first two must be above 0 and none may have more than 4 decimals',
      p_execution_id, p_order_id, p_quantity, p_price, p_commission USING ERRCODE = 'invalid_parameter_value';
  END IF;
  SELECT * INTO o FROM execution.orders AS x WHERE x.order_id = p_order_id FOR UPDATE;
  IF NOT FOUND THEN
    outcome := 'unknown_order';
  ELSE
    SELECT x.order_id, x.quantity, x.price INTO known FROM execution.trades AS x
     WHERE x.account_id = o.account_id AND x.execution_id = p_execution_id;
    IF FOUND THEN
      IF (known.order_id, known.quantity, known.price) = (p_order_id, p_quantity, p_price) THEN
        RETURN 'duplicate';
      END IF;
      outcome := 'conflicting';
    ELSIF o.filled_quantity + p_quantity > o.quantity THEN
      outcome := 'over_fill';
      PERFORM execution.log_over_fill(o, p_execution_id, p_quantity, p_price, p_correlation_id);
    ELSE
      outcome := CASE WHEN o.status IN ('cancelled', 'rejected') THEN 'late' ELSE 'booked' END;
    END IF;
  END IF;
  IF outcome <> 'booked' THEN
    PERFORM execution.raise_fill_problem(outcome, p_order_id, p_account_id, p_execution_id, p_quantity, p_price,
      p_commission, p_executed_at, p_correlation_id, p_causation_id);
    IF outcome <> 'late' THEN
      RETURN outcome;
    END IF;
  END IF;

  IF o.status = 'pending' THEN
    -- A fill shows that the broker has the order, so it was submitted in between.
    UPDATE execution.orders AS x SET status = 'submitted' WHERE x.id = o.id;
    o.status := 'submitted';
    PERFORM execution.record_step(o, 'pending', 'acknowledged_by_fill', NULL, p_executed_at, p_correlation_id,
      p_causation_id);
  END IF;
  b := execution.book_trade(o, 'fill', NULL, p_execution_id, o.side, p_quantity, p_price, p_commission, p_executed_at,
    p_settlement_date, p_correlation_id);
  previous := o.status;
  o.filled_quantity := b.net_filled;
  o.avg_fill_price := b.net_average;
  o.status := CASE WHEN o.status IN ('filled', 'cancelled', 'rejected') THEN o.status
                   WHEN b.net_filled = o.quantity THEN 'filled' ELSE 'partially_filled' END;
  UPDATE execution.orders AS x
     SET status = o.status, filled_quantity = o.filled_quantity, avg_fill_price = o.avg_fill_price WHERE x.id = o.id;
  PERFORM execution.record_step(o, previous, CASE outcome WHEN 'late' THEN 'late_fill' ELSE 'fill' END,
    jsonb_build_object('tradeId', (b.trade).trade_id, 'quantity', p_quantity::text, 'price', p_price::text),
    p_executed_at, p_correlation_id, p_causation_id);
  PERFORM execution.publish_trade(b.trade, p_causation_id);
  RETURN outcome;
END
$$;

COMMENT ON FUNCTION execution.book_fill IS
  'Books one fill, once: trade, order, position, P&L, log and events; returns what was done.';
