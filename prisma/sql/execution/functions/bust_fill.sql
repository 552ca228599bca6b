-- Takes a booked execution back, once: the correcting trade, the order's net fill, the position, the log. `outcome` is
-- busted, duplicate (it was busted before) or unknown_trade.
CREATE OR REPLACE FUNCTION execution.bust_fill(p_account_id text, p_execution_id text, p_busted_at timestamptz, p_settlement_date date, p_correlation_id text)
RETURNS TABLE (
  outcome text, trade_id text, order_id text, symbol text, side execution.order_side, quantity numeric, price numeric, commission numeric,
  strategy text, trade_realized_pnl numeric, position_quantity numeric, position_avg_price numeric, position_realized_pnl numeric,
  unrealized_pnl numeric, market_value numeric, mark_price numeric)
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  t execution.trades;
  o execution.orders;
  booked record;
BEGIN
  SELECT * INTO t FROM execution.trades AS x WHERE x.account_id = p_account_id AND x.execution_id = p_execution_id AND x.kind = 'fill';
  IF NOT FOUND THEN
    outcome := 'unknown_trade';
    RETURN NEXT;
    RETURN;
  END IF;
  SELECT * INTO o FROM execution.orders AS x WHERE x.order_id = t.order_id FOR UPDATE;
  IF EXISTS (SELECT FROM execution.trades AS x WHERE x.corrects_trade_id = t.trade_id) THEN
    outcome := 'duplicate';
    RETURN NEXT;
    RETURN;
  END IF;
  booked := execution.book_trade(o, 'bust', t.trade_id, 'bust-' || left(encode(sha256(convert_to(p_execution_id, 'UTF8')), 'hex'), 40),
    CASE t.side WHEN 'buy' THEN 'sell' ELSE 'buy' END::execution.order_side, t.quantity, t.price, -t.commission, p_busted_at,
    p_settlement_date, p_correlation_id);
  UPDATE execution.orders AS x
     SET filled_quantity = booked.net_filled, avg_fill_price = booked.net_average, busted_quantity = x.busted_quantity + t.quantity
   WHERE x.order_id = o.order_id;
  INSERT INTO execution.execution_logs (order_id, from_status, to_status, event, details, correlation_id)
    VALUES (o.order_id, o.status, o.status, 'bust', jsonb_build_object('tradeId', (booked.trade).trade_id, 'corrects', t.trade_id), p_correlation_id);
  RETURN QUERY SELECT 'busted', (booked.trade).trade_id::text, o.order_id::text, o.symbol::text, (booked.trade).side, t.quantity, t.price, -t.commission,
    o.strategy::text, (booked.trade).realized_pnl, (booked.held).quantity, (booked.held).avg_price, (booked.held).realized_pnl,
    (booked.held).unrealized_pnl, (booked.held).market_value, (booked.held).mark_price;
END
$$;
