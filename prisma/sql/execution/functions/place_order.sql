-- The same for one order. Its status is null where the id is there already: nothing was done, and the order that is there tells.
CREATE OR REPLACE FUNCTION execution.place_order(
  p_order_id text, p_account_id text, p_symbol text, p_side execution.order_side, p_order_type execution.order_type,
  p_time_in_force execution.time_in_force, p_quantity numeric, p_price numeric, p_stop_price numeric, p_strategy_id text, p_signal_id text,
  p_decided_at timestamptz, p_data_source text, p_correlation_id text, p_session_open timestamptz, p_session_close timestamptz,
  p_submit boolean, OUT status execution.order_status, OUT reason text)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off SET enable_bitmapscan = off AS $$
DECLARE
  d record;
  event jsonb;
  key text := p_account_id || ':' || p_symbol;
BEGIN
  -- As they are stored, so that nothing else is decided on or told.
  p_quantity := p_quantity::numeric(15,4);
  p_price := p_price::numeric(15,4);
  p_stop_price := p_stop_price::numeric(15,4);
  d := risk_management.reserve_order(p_order_id, p_account_id, p_symbol, p_side::text, p_order_type::text, p_quantity, p_price,
    p_stop_price, p_strategy_id, p_decided_at, p_data_source, p_correlation_id, NULL, p_session_open, p_session_close);
  IF d.decision = 'known' THEN
    RETURN;
  END IF;
  reason := 'denied: ' || d.reason;
  status := CASE d.decision WHEN 'denied' THEN 'rejected' ELSE 'pending' END;
  event := jsonb_object(ARRAY['orderId', p_order_id, 'accountId', p_account_id, 'symbol', p_symbol, 'side', p_side::text, 'orderType', p_order_type::text,
    'timeInForce', p_time_in_force::text, 'quantity', trim_scale(p_quantity)::text, 'price', trim_scale(p_price)::text,
    'stopPrice', trim_scale(p_stop_price)::text, 'previousStatus', NULL, 'status', status::text, 'filledQuantity', '0',
    'avgFillPrice', NULL, 'strategyId', p_strategy_id, 'reason', reason]);
  IF p_submit AND status = 'pending' THEN
    -- What is submitted at once is written once, as submitted; log and events tell both steps.
    status := 'submitted';
    INSERT INTO execution.orders (order_id, account_id, symbol, side, order_type, time_in_force, quantity, price, stop_price, strategy,
        signal_id, decided_at, status, reference_price, correlation_id)
      VALUES (p_order_id, p_account_id, p_symbol, p_side, p_order_type, p_time_in_force, p_quantity, p_price, p_stop_price, p_strategy_id,
        p_signal_id, p_decided_at, status, d.reference_price, p_correlation_id);
    INSERT INTO execution.execution_logs (order_id, from_status, to_status, event, details, correlation_id)
      VALUES (p_order_id, NULL, 'pending', 'created', jsonb_build_object('checks', d.checks), p_correlation_id),
             (p_order_id, 'pending', 'submitted', 'submitted', NULL, p_correlation_id);
    INSERT INTO event_bus.outbox (event_id, event_type, version, service, key, correlation_id, data, occurred_at)
      VALUES (gen_random_uuid(), 'order_updated', 1, 'execution', key, p_correlation_id, event, p_decided_at),
             (gen_random_uuid(), 'order_updated', 1, 'execution', key, p_correlation_id,
              event || '{"previousStatus": "pending", "status": "submitted"}', p_decided_at);
  ELSE
    INSERT INTO execution.orders (order_id, account_id, symbol, side, order_type, time_in_force, quantity, price, stop_price, strategy,
        signal_id, decided_at, status, reason, reference_price, correlation_id)
      VALUES (p_order_id, p_account_id, p_symbol, p_side, p_order_type, p_time_in_force, p_quantity, p_price, p_stop_price, p_strategy_id,
        p_signal_id, p_decided_at, status, reason, d.reference_price, p_correlation_id);
    INSERT INTO execution.execution_logs (order_id, from_status, to_status, event, details, correlation_id)
      VALUES (p_order_id, NULL, status, CASE d.decision WHEN 'denied' THEN 'denied' ELSE 'created' END,
        CASE d.decision WHEN 'denied' THEN jsonb_build_object('limit', d.limit_type, 'limitValue', d.limit_value::text, 'observed', d.observed::text)
                        ELSE jsonb_build_object('checks', d.checks) END, p_correlation_id);
    INSERT INTO event_bus.outbox (event_id, event_type, version, service, key, correlation_id, data, occurred_at)
      VALUES (gen_random_uuid(), 'order_updated', 1, 'execution', key, p_correlation_id, event, p_decided_at);
  END IF;
END
$$;
