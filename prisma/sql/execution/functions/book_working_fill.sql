-- The same for one fill.
CREATE OR REPLACE FUNCTION execution.book_working_fill(
  p_order_id text, p_account_id text, p_execution_id text, p_quantity numeric, p_price numeric, p_commission numeric,
  p_executed_at timestamptz, p_settlement_date date, p_correlation_id text, OUT outcome text)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off SET enable_bitmapscan = off AS $$
DECLARE
  o execution.orders;
  known record;
  b record;
  t execution.trades;
  p execution.positions;
  target execution.order_status;
  executed_at text;
  key text;
BEGIN
  outcome := 'deferred';
  SELECT * INTO o FROM execution.orders AS x WHERE x.order_id = p_order_id FOR UPDATE;
  SELECT x.order_id, x.quantity, x.price INTO known FROM execution.trades AS x WHERE x.account_id = o.account_id AND x.execution_id = p_execution_id;
  IF FOUND THEN
    IF (known.order_id, known.quantity, known.price) = (p_order_id, p_quantity, p_price) THEN
      outcome := 'duplicate';
    END IF;
    RETURN;
  END IF;
  IF (o.account_id = p_account_id AND o.status IN ('submitted', 'partially_filled')
      AND p_quantity > 0 AND o.filled_quantity + p_quantity <= o.quantity AND p_price > 0 AND p_price < 'Infinity'
      AND abs(p_commission) < 'Infinity'
      AND greatest(scale(trim_scale(p_quantity)), scale(trim_scale(p_price)), scale(trim_scale(p_commission))) <= 4) IS NOT TRUE THEN
    RETURN;
  END IF;
  b := execution.book_trade(o, 'fill', NULL, p_execution_id, o.side, p_quantity, p_price, p_commission, p_executed_at,
    p_settlement_date, p_correlation_id);
  t := b.trade;
  p := b.held;
  key := o.account_id || ':' || o.symbol;
  executed_at := to_char(p_executed_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"');
  target := CASE b.net_filled WHEN o.quantity THEN 'filled' ELSE 'partially_filled' END;
  UPDATE execution.orders AS x SET status = target, filled_quantity = b.net_filled, avg_fill_price = b.net_average WHERE x.id = o.id;
  INSERT INTO execution.execution_logs (order_id, from_status, to_status, event, details, correlation_id)
    VALUES (o.order_id, o.status, target, 'fill', jsonb_build_object('tradeId', t.trade_id, 'quantity', p_quantity::text, 'price', p_price::text),
      p_correlation_id);
  INSERT INTO event_bus.outbox (event_id, event_type, version, service, key, correlation_id, data, occurred_at)
    VALUES
      (gen_random_uuid(), 'order_updated', 1, 'execution', key, t.correlation_id,
       jsonb_object(ARRAY['orderId', o.order_id, 'accountId', o.account_id, 'symbol', o.symbol, 'side', o.side::text, 'orderType', o.order_type::text,
         'timeInForce', o.time_in_force::text, 'quantity', trim_scale(o.quantity)::text, 'price', trim_scale(o.price)::text,
         'stopPrice', trim_scale(o.stop_price)::text, 'previousStatus', o.status::text, 'status', target::text,
         'filledQuantity', trim_scale(b.net_filled)::text, 'avgFillPrice', trim_scale(b.net_average)::text, 'strategyId', o.strategy,
         'reason', o.reason]), p_executed_at),
      (gen_random_uuid(), 'trade_executed', 1, 'execution', key, t.correlation_id,
       jsonb_object(ARRAY['tradeId', t.trade_id, 'executionId', t.execution_id, 'orderId', o.order_id, 'accountId', o.account_id,
         'symbol', o.symbol, 'side', o.side::text, 'quantity', trim_scale(t.quantity)::text, 'price', trim_scale(t.price)::text,
         'commission', trim_scale(t.commission)::text, 'realizedPnl', t.realized_pnl::text,
         'executedAt', executed_at, 'strategyId', o.strategy]), p_executed_at),
      (gen_random_uuid(), 'position_updated', 1, 'execution', key, t.correlation_id,
       jsonb_object(ARRAY['accountId', o.account_id, 'symbol', o.symbol, 'quantity', p.quantity::text, 'avgPrice', p.avg_price::text,
         'realizedPnl', p.realized_pnl::text, 'unrealizedPnl', p.unrealized_pnl::text, 'marketValue', p.market_value::text,
         'markPrice', p.mark_price::text, 'asOf', executed_at,
         'cause', 'fill']), p_executed_at);
  outcome := 'booked';
END
$$;
