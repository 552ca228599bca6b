-- Alone, an order is a dozen small statements; together, orders share a few large ones, whose start is paid once for all of them.
-- Each is the faster one where it is used (`npx trading bench orders`), and a test compares what they store and publish. Risk
-- decides on each order by the one function that there is, risk_management.reserve_order. Every value of their events is text,
-- so these are made of arrays of text: it takes half the time of looking up what each value is.

-- Places several orders, in rounds of one of each account, accounts in their order: each is decided by risk with all before it in
-- view, stored with its log and published; what is allowed goes on to submitted where `p_submit` says so. An id that is there
-- already gives the order that is there. What is published is what packages/execution publishes for the same order: a test
-- compares the two.
CREATE FUNCTION execution.place_orders(p_orders jsonb, p_submit boolean)
RETURNS SETOF execution.orders LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off SET enable_bitmapscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
DECLARE
  round jsonb;
BEGIN
  FOR round IN
    SELECT jsonb_agg(n.value ORDER BY n.value ->> 'accountId')
      FROM (SELECT e.*, row_number() OVER (PARTITION BY e.value ->> 'accountId' ORDER BY e.ordinality) AS round
              FROM jsonb_array_elements(p_orders) WITH ORDINALITY AS e) AS n
     GROUP BY n.round ORDER BY n.round
  LOOP
    WITH decided AS MATERIALIZED (
      SELECT a.*, d.*, CASE d.decision WHEN 'denied' THEN 'rejected' ELSE 'pending' END::execution.order_status AS first_status
        FROM jsonb_to_recordset(round) AS a("orderId" text, "accountId" text, symbol text, side execution.order_side,
               "orderType" execution.order_type, "timeInForce" execution.time_in_force, quantity numeric(15,4), price numeric(15,4),
               "stopPrice" numeric(15,4), "strategyId" text, "signalId" text, "decidedAt" timestamptz, "dataSource" text,
               "correlationId" text, "sessionOpen" timestamptz, "sessionClose" timestamptz)
       CROSS JOIN LATERAL risk_management.reserve_order(a."orderId", a."accountId", a.symbol, a.side::text, a."orderType"::text, a.quantity,
               a.price, a."stopPrice", a."strategyId", a."decidedAt", a."dataSource", a."correlationId", NULL, a."sessionOpen", a."sessionClose") AS d
       WHERE d.decision <> 'known'),
    -- What is submitted at once is written once, as submitted; log and events tell both steps.
    placed AS (
      INSERT INTO execution.orders (order_id, account_id, symbol, side, order_type, time_in_force, quantity, price, stop_price, strategy,
          signal_id, decided_at, status, reason, reference_price, correlation_id)
      SELECT d."orderId", d."accountId", d.symbol, d.side, d."orderType", d."timeInForce", d.quantity, d.price, d."stopPrice", d."strategyId",
             d."signalId", d."decidedAt", CASE WHEN p_submit AND d.decision = 'allowed' THEN 'submitted' ELSE d.first_status END,
             'denied: ' || d.reason, d.reference_price, d."correlationId"
        FROM decided AS d),
    steps AS MATERIALIZED (
      SELECT d.*, s.previous, s.status, s.event, s.details
        FROM decided AS d
       CROSS JOIN LATERAL (VALUES
         (NULL::execution.order_status, d.first_status, CASE d.decision WHEN 'denied' THEN 'denied' ELSE 'created' END,
          CASE d.decision WHEN 'denied' THEN jsonb_build_object('limit', d.limit_type, 'limitValue', d.limit_value::text, 'observed', d.observed::text)
                          ELSE jsonb_build_object('checks', d.checks) END),
         ('pending', 'submitted', 'submitted', NULL)) AS s(previous, status, event, details)
       WHERE s.previous IS NULL OR (p_submit AND d.decision = 'allowed')),
    logged AS (
      INSERT INTO execution.execution_logs (order_id, from_status, to_status, event, details, correlation_id)
      SELECT s."orderId", s.previous, s.status, s.event, s.details, s."correlationId" FROM steps AS s)
    INSERT INTO event_bus.outbox (event_id, event_type, version, service, key, correlation_id, data, occurred_at)
    SELECT gen_random_uuid(), 'order_updated', 1, 'execution', s."accountId" || ':' || s.symbol, s."correlationId",
           jsonb_object(ARRAY['orderId', s."orderId", 'accountId', s."accountId", 'symbol', s.symbol, 'side', s.side::text, 'orderType', s."orderType"::text,
             'timeInForce', s."timeInForce"::text, 'quantity', trim_scale(s.quantity)::text, 'price', trim_scale(s.price)::text,
             'stopPrice', trim_scale(s."stopPrice")::text, 'previousStatus', s.previous::text, 'status', s.status::text, 'filledQuantity', '0',
             'avgFillPrice', NULL, 'strategyId', s."strategyId", 'reason', 'denied: ' || s.reason]), s."decidedAt"
      FROM steps AS s;
  END LOOP;
  RETURN QUERY SELECT o.* FROM execution.orders AS o
    WHERE o.order_id = ANY (ARRAY(SELECT r."orderId" FROM jsonb_to_recordset(p_orders) AS r("orderId" text)));
END
$$;
GRANT EXECUTE ON FUNCTION execution.place_orders(jsonb, boolean) TO trading_execution;

-- The same for one order. Its status is null where the id is there already: nothing was done, and the order that is there tells.
CREATE FUNCTION execution.place_order(
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
GRANT EXECUTE ON FUNCTION execution.place_order(
  text, text, text, execution.order_side, execution.order_type, execution.time_in_force, numeric, numeric, numeric, text, text,
  timestamptz, text, text, timestamptz, timestamptz, boolean) TO trading_execution;

-- Books several fills of orders that work, in rounds of one fill of each position. A fill that needs more than booking (of an
-- unknown or finished order, beyond its quantity, at odds with what is booked) is left alone and `deferred`: it is booked, or
-- refused, and raised, one at a time.
CREATE FUNCTION execution.book_fills(p_fills jsonb)
RETURNS TABLE (execution_id text, order_id text, outcome text) LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off SET enable_bitmapscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
DECLARE
  ids text[] := ARRAY(SELECT r."orderId" FROM jsonb_to_recordset(p_fills) AS r("orderId" text));
  round jsonb;
BEGIN
  -- Orders are locked first, by id, then positions, so that two batches can't wait for each other. A bar takes its symbol's
  -- orders as they were decided: it and a batch still can, PostgreSQL ends one of them, and that one is done again.
  PERFORM FROM execution.orders AS o WHERE o.order_id = ANY (ids) ORDER BY o.order_id FOR UPDATE;
  INSERT INTO execution.positions (account_id, symbol, quantity, avg_price)
    SELECT DISTINCT o.account_id, o.symbol, 0, 0 FROM execution.orders AS o
     WHERE o.order_id = ANY (ids) AND o.status IN ('submitted', 'partially_filled')
       AND NOT EXISTS (SELECT FROM execution.positions AS p WHERE p.account_id = o.account_id AND p.symbol = o.symbol)
     ORDER BY o.account_id, o.symbol
    ON CONFLICT (account_id, symbol) DO NOTHING;
  PERFORM FROM execution.positions AS p
    WHERE p.id = ANY (ARRAY(SELECT x.id FROM execution.orders AS o
                              JOIN execution.positions AS x ON x.account_id = o.account_id AND x.symbol = o.symbol WHERE o.order_id = ANY (ids)))
    ORDER BY p.account_id, p.symbol FOR UPDATE;
  FOR round IN
    SELECT jsonb_agg(n.value ORDER BY n.ordinality)
      FROM (SELECT e.*, row_number() OVER (PARTITION BY o.account_id, o.symbol ORDER BY e.ordinality) AS round
              FROM jsonb_array_elements(p_fills) WITH ORDINALITY AS e
              LEFT JOIN execution.orders AS o ON o.order_id = e.value ->> 'orderId') AS n
     GROUP BY n.round ORDER BY n.round
  LOOP
    RETURN QUERY
    WITH asked AS MATERIALIZED (
      SELECT r."orderId", r."executionId", r.quantity, r.price, r.commission, r."executedAt", r."settlementDate", r."correlationId",
             o.id AS order_row, o.account_id, o.symbol, o.side, o.order_type, o.time_in_force, o.quantity AS ordered, o.price AS limit_price, o.stop_price,
             o.strategy, o.reason, o.correlation_id, o.status AS previous,
             CASE WHEN (k.order_id, k.quantity, k.price) = (r."orderId", r.quantity, r.price) THEN 'duplicate'
                  WHEN k.order_id IS NULL AND o.account_id = r."accountId" AND o.status IN ('submitted', 'partially_filled')
                       AND r.quantity > 0 AND o.filled_quantity + r.quantity <= o.quantity AND r.price > 0 AND r.price < 'Infinity'
                       AND abs(r.commission) < 'Infinity'
                       AND greatest(scale(trim_scale(r.quantity)), scale(trim_scale(r.price)), scale(trim_scale(r.commission))) <= 4 THEN 'booked'
                  ELSE 'deferred' END AS outcome
        FROM jsonb_to_recordset(round) AS r("orderId" text, "accountId" text, "executionId" text, quantity numeric, price numeric, commission numeric,
               "executedAt" timestamptz, "settlementDate" date, "correlationId" text)
        LEFT JOIN execution.orders AS o ON o.order_id = r."orderId"
        LEFT JOIN execution.trades AS k ON k.account_id = o.account_id AND k.execution_id = r."executionId"),
    applied AS MATERIALIZED (
      SELECT a.*, p.id AS position_row, p.trade_count + 1 AS seq, p.realized_pnl AS realized_before,
             't-' || left(encode(sha256(convert_to(a.account_id || chr(31) || a."executionId", 'UTF8')), 'hex'), 40) AS trade_id,
             f.quantity + a.quantity AS filled, execution.average_price(f.paid + a.quantity * a.price, f.quantity + a.quantity)::numeric(15,4) AS average,
             -- A fill after the last mark is the newest price there is. marked_at stays: the bar's own mark is still to come.
             CASE WHEN p.marked_at >= a."executedAt" THEN p.mark_price ELSE a.price END::numeric(15,4) AS mark,
             execution.apply_fill(p.quantity, p.cost_basis, p.avg_price, CASE a.side WHEN 'buy' THEN a.quantity ELSE -a.quantity END,
               a.price, a.commission) AS held
        FROM asked AS a JOIN execution.positions AS p ON p.account_id = a.account_id AND p.symbol = a.symbol
       CROSS JOIN LATERAL execution.filled(a."orderId") AS f
       WHERE a.outcome = 'booked'),
    booked AS MATERIALIZED (
      SELECT b.*, CASE b.filled WHEN b.ordered THEN 'filled' ELSE 'partially_filled' END::execution.order_status AS status,
             (b.held).new_quantity::numeric(15,4) AS position_quantity, (b.held).new_cost::numeric(23,8) AS position_cost,
             (b.held).new_avg_price::numeric(15,4) AS position_avg_price, (b.held).realized::numeric(23,8) AS realized,
             (b.realized_before + (b.held).realized)::numeric(23,8) AS position_realized,
             ((b.held).new_quantity * b.mark)::numeric(15,4) AS market_value,
             ((b.held).new_quantity * b.mark - (b.held).new_cost)::numeric(15,4) AS unrealized,
             coalesce(b.correlation_id, b."correlationId") AS chain, to_char(b."executedAt" AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS executed_at
        FROM applied AS b),
    traded AS (
      INSERT INTO execution.trades (trade_id, order_id, account_id, symbol, side, quantity, price, commission, executed_at, strategy, execution_id,
          realized_pnl, settlement_date, correlation_id, position_seq, position_quantity, position_cost, position_avg_price, position_realized)
      SELECT b.trade_id, b."orderId", b.account_id, b.symbol, b.side, b.quantity, b.price, b.commission, b."executedAt", b.strategy, b."executionId",
             b.realized, b."settlementDate", b.chain, b.seq, b.position_quantity, b.position_cost, b.position_avg_price, b.position_realized
        FROM booked AS b),
    moved AS (
      UPDATE execution.positions AS p
         SET quantity = b.position_quantity, cost_basis = b.position_cost, avg_price = b.position_avg_price, realized_pnl = b.position_realized,
             trade_count = b.seq, last_updated = clock_timestamp(), mark_price = b.mark, market_value = b.market_value, unrealized_pnl = b.unrealized
        FROM booked AS b WHERE p.id = b.position_row),
    filled AS (
      UPDATE execution.orders AS o SET status = b.status, filled_quantity = b.filled, avg_fill_price = b.average
        FROM booked AS b WHERE o.id = b.order_row),
    logged AS (
      INSERT INTO execution.execution_logs (order_id, from_status, to_status, event, details, correlation_id)
      SELECT b."orderId", b.previous, b.status, 'fill',
             jsonb_build_object('tradeId', b.trade_id, 'quantity', b.quantity::text, 'price', b.price::text), b."correlationId" FROM booked AS b),
    published AS (
      INSERT INTO event_bus.outbox (event_id, event_type, version, service, key, correlation_id, data, occurred_at)
      SELECT gen_random_uuid(), e.event_type, 1, 'execution', b.account_id || ':' || b.symbol, b.chain, e.data, b."executedAt"
        FROM booked AS b
       CROSS JOIN LATERAL (VALUES
         ('order_updated', jsonb_object(ARRAY['orderId', b."orderId", 'accountId', b.account_id, 'symbol', b.symbol, 'side', b.side::text,
           'orderType', b.order_type::text, 'timeInForce', b.time_in_force::text, 'quantity', trim_scale(b.ordered)::text,
           'price', trim_scale(b.limit_price)::text, 'stopPrice', trim_scale(b.stop_price)::text, 'previousStatus', b.previous::text, 'status', b.status::text,
           'filledQuantity', trim_scale(b.filled)::text, 'avgFillPrice', trim_scale(b.average)::text, 'strategyId', b.strategy, 'reason', b.reason])),
         ('trade_executed', jsonb_object(ARRAY['tradeId', b.trade_id, 'executionId', b."executionId", 'orderId', b."orderId",
           'accountId', b.account_id, 'symbol', b.symbol, 'side', b.side::text, 'quantity', trim_scale(b.quantity)::text,
           'price', trim_scale(b.price)::text, 'commission', trim_scale(b.commission)::text, 'realizedPnl', b.realized::text,
           'executedAt', b.executed_at, 'strategyId', b.strategy])),
         ('position_updated', jsonb_object(ARRAY['accountId', b.account_id, 'symbol', b.symbol, 'quantity', b.position_quantity::text,
           'avgPrice', b.position_avg_price::text, 'realizedPnl', b.position_realized::text, 'unrealizedPnl', b.unrealized::text,
           'marketValue', b.market_value::text, 'markPrice', b.mark::text, 'asOf', b.executed_at, 'cause', 'fill']))) AS e(event_type, data))
    SELECT a."executionId", a."orderId", a.outcome FROM asked AS a;
  END LOOP;
END
$$;
GRANT EXECUTE ON FUNCTION execution.book_fills(jsonb) TO trading_execution;

-- The same for one fill.
CREATE FUNCTION execution.book_working_fill(
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
GRANT EXECUTE ON FUNCTION execution.book_working_fill(
  text, text, text, numeric, numeric, numeric, timestamptz, date, text) TO trading_execution;
