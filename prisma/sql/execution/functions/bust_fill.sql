-- Published function: takes a booked fill back, once. It books a correcting trade, corrects the filled quantity of the
-- order and the position, logs and publishes all three, and raises a risk event. Returns
--   busted          the usual case
--   duplicate       nothing was done: the fill was busted before
--   unknown_trade   the fill is not booked; that is raised as a critical risk event
-- Called by: execution, src/sql/fills/bustFill.ts.
-- Locks: the order's row, then the position's.
-- Isolation: READ COMMITTED.
CREATE OR REPLACE FUNCTION execution.bust_fill(
  p_account_id text, p_execution_id text, p_busted_at timestamptz, p_settlement_date date, p_correlation_id text,
  p_causation_id text)
RETURNS text LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off SET enable_bitmapscan = off AS $$
DECLARE
  t execution.trades;
  o execution.orders;
  b record;
  -- The same id for the same bust, however often it is reported.
  key text := left(encode(sha256(convert_to(p_account_id || chr(10) || p_execution_id, 'UTF8')), 'hex'), 40);
BEGIN
  SELECT * INTO t FROM execution.trades AS x
   WHERE x.account_id = p_account_id AND x.execution_id = p_execution_id AND x.kind = 'fill';
  IF NOT FOUND THEN
    PERFORM risk_management.raise_event('unknown-bust-' || key, p_account_id, 'unknown_bust', 'critical',
      format('the broker took back execution %s, which is not booked', p_execution_id),
      jsonb_build_object('executionId', p_execution_id), p_busted_at, p_correlation_id, p_causation_id);
    RETURN 'unknown_trade';
  END IF;
  SELECT * INTO o FROM execution.orders AS x WHERE x.order_id = t.order_id FOR UPDATE;
  PERFORM FROM execution.trades AS x WHERE x.corrects_trade_id = t.trade_id;
  IF FOUND THEN
    RETURN 'duplicate';
  END IF;
  b := execution.book_trade(o, 'bust', t.trade_id,
    'bust-' || left(encode(sha256(convert_to(p_execution_id, 'UTF8')), 'hex'), 40),
    CASE t.side WHEN 'buy' THEN 'sell' ELSE 'buy' END::execution.order_side, t.quantity, t.price, -t.commission,
    p_busted_at, p_settlement_date, p_correlation_id);
  o.filled_quantity := b.net_filled;
  o.avg_fill_price := b.net_average;
  UPDATE execution.orders AS x
     SET filled_quantity = o.filled_quantity, avg_fill_price = o.avg_fill_price,
         busted_quantity = x.busted_quantity + t.quantity WHERE x.id = o.id;
  PERFORM execution.record_step(o, o.status, 'bust',
    jsonb_build_object('tradeId', (b.trade).trade_id, 'corrects', t.trade_id), p_busted_at, p_correlation_id,
    p_causation_id);
  PERFORM execution.publish_trade(b.trade, p_causation_id);
  PERFORM risk_management.raise_event('bust-' || key, p_account_id, 'trade_busted', 'warning',
    format('execution %s was taken back by the broker; a correcting trade is booked', p_execution_id),
    jsonb_build_object('executionId', p_execution_id), p_busted_at, p_correlation_id, p_causation_id);
  RETURN 'busted';
END
$$;

COMMENT ON FUNCTION execution.bust_fill IS
  'Published function: takes a booked fill back with a correcting trade, once; returns what was done.';
