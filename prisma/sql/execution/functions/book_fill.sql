-- Books one execution, once: the trade, the order's filled quantity, average and status, the position, its P&L, the log.
-- Everything happens in one statement of the caller's, under the order's and the position's row locks, so fills at once
-- wait for each other and none is lost. `outcome` says what was done:
--   booked          as usual
--   late            booked, though the order was already cancelled or rejected
--   duplicate       nothing: this execution is booked, with the same values
--   conflicting     nothing: this execution id is booked with other values
--   over_fill       nothing but a log row: the order would be filled beyond its quantity
--   unknown_order   nothing: there is no such order
CREATE OR REPLACE FUNCTION execution.book_fill(
  p_order_id text, p_execution_id text, p_quantity numeric, p_price numeric, p_commission numeric,
  p_executed_at timestamptz, p_settlement_date date, p_correlation_id text)
RETURNS TABLE (
  outcome text, trade_id text, previous_status execution.order_status, status execution.order_status,
  filled_quantity numeric, avg_fill_price numeric, trade_realized_pnl numeric,
  position_quantity numeric, position_avg_price numeric, position_realized_pnl numeric, unrealized_pnl numeric,
  market_value numeric, mark_price numeric)
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  o execution.orders;
  known execution.trades;
  booked record;
  -- A fill of an order that is still pending says that the broker has it: it was submitted on the way.
  working execution.order_status;
  target execution.order_status;
BEGIN
  IF NOT (p_quantity > 0 AND p_quantity < 'Infinity' AND p_price > 0 AND p_price < 'Infinity' AND abs(p_commission) < 'Infinity')
     OR p_quantity IS NULL OR p_price IS NULL OR p_commission IS NULL
     OR scale(trim_scale(p_quantity)) > 4 OR scale(trim_scale(p_price)) > 4 OR scale(trim_scale(p_commission)) > 4 THEN
    RAISE EXCEPTION 'fill % of order % has quantity %, price %, commission %: the first two must be above 0 and none may have more than 4 decimals',
      p_execution_id, p_order_id, p_quantity, p_price, p_commission USING ERRCODE = 'invalid_parameter_value';
  END IF;
  SELECT * INTO o FROM execution.orders AS t WHERE t.order_id = p_order_id FOR UPDATE;
  IF NOT FOUND THEN
    outcome := 'unknown_order';
    RETURN NEXT;
    RETURN;
  END IF;
  previous_status := o.status;
  status := o.status;
  filled_quantity := o.filled_quantity;
  avg_fill_price := o.avg_fill_price;

  SELECT * INTO known FROM execution.trades AS t WHERE t.account_id = o.account_id AND t.execution_id = p_execution_id;
  IF FOUND THEN
    trade_id := known.trade_id;
    outcome := CASE WHEN known.order_id = p_order_id AND known.quantity = p_quantity AND known.price = p_price
                    THEN 'duplicate' ELSE 'conflicting' END;
    RETURN NEXT;
    RETURN;
  END IF;
  IF o.filled_quantity + p_quantity > o.quantity THEN
    INSERT INTO execution.execution_logs (order_id, from_status, to_status, event, details, correlation_id)
      SELECT o.order_id, o.status, o.status, 'over_fill_refused',
             jsonb_build_object('executionId', p_execution_id, 'quantity', p_quantity::text, 'price', p_price::text), p_correlation_id
       WHERE NOT EXISTS (SELECT FROM execution.execution_logs AS l WHERE l.order_id = o.order_id
                            AND l.event = 'over_fill_refused' AND l.details ->> 'executionId' = p_execution_id);
    outcome := 'over_fill';
    RETURN NEXT;
    RETURN;
  END IF;

  booked := execution.book_trade(o, 'fill', NULL, p_execution_id, o.side, p_quantity, p_price, p_commission, p_executed_at,
    p_settlement_date, p_correlation_id);
  filled_quantity := booked.net_filled;
  avg_fill_price := booked.net_average;
  position_quantity := (booked.held).quantity;
  position_avg_price := (booked.held).avg_price;
  position_realized_pnl := (booked.held).realized_pnl;
  unrealized_pnl := (booked.held).unrealized_pnl;
  market_value := (booked.held).market_value;
  mark_price := (booked.held).mark_price;
  trade_id := (booked.trade).trade_id;
  trade_realized_pnl := (booked.trade).realized_pnl;
  target := CASE WHEN o.status IN ('filled', 'cancelled', 'rejected') THEN o.status
                 WHEN filled_quantity = o.quantity THEN 'filled' ELSE 'partially_filled' END;
  working := o.status;
  IF o.status = 'pending' THEN
    UPDATE execution.orders AS t SET status = 'submitted' WHERE t.order_id = o.order_id;
    INSERT INTO execution.execution_logs (order_id, from_status, to_status, event, correlation_id)
      VALUES (o.order_id, 'pending', 'submitted', 'acknowledged_by_fill', p_correlation_id);
    working := 'submitted';
  END IF;
  UPDATE execution.orders AS t SET status = target, filled_quantity = book_fill.filled_quantity, avg_fill_price = book_fill.avg_fill_price
   WHERE t.order_id = o.order_id;
  outcome := CASE WHEN o.status IN ('cancelled', 'rejected') THEN 'late' ELSE 'booked' END;
  INSERT INTO execution.execution_logs (order_id, from_status, to_status, event, details, correlation_id)
    VALUES (o.order_id, working, target, CASE outcome WHEN 'late' THEN 'late_fill' ELSE 'fill' END,
      jsonb_build_object('tradeId', trade_id, 'quantity', p_quantity::text, 'price', p_price::text), p_correlation_id);
  status := target;
  RETURN NEXT;
END
$$;
