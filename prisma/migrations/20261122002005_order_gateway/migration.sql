-- Many orders, or many fills, in one statement: the same steps as one at a time, with one commit for all of them.
-- What they publish is what packages/execution publishes for the same order and fill: a test compares the two.

-- One event as it goes into the outbox; events of a batch are gathered and appended with one statement.
CREATE TYPE execution.gathered_event AS (event_type text, key text, correlation_id text, data jsonb, occurred_at timestamptz);

-- One row of execution_logs.
CREATE TYPE execution.gathered_log AS (
  order_id text, from_status execution.order_status, to_status execution.order_status, event text, details jsonb, correlation_id text);

CREATE FUNCTION execution.order_event(o execution.orders, p_previous execution.order_status, p_occurred_at timestamptz, p_correlation_id text)
RETURNS execution.gathered_event LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT ('order_updated', o.account_id || ':' || o.symbol, coalesce(o.correlation_id, p_correlation_id),
    jsonb_build_object('orderId', o.order_id, 'accountId', o.account_id, 'symbol', o.symbol, 'side', o.side, 'orderType', o.order_type,
      'timeInForce', o.time_in_force, 'quantity', trim_scale(o.quantity)::text, 'price', trim_scale(o.price)::text,
      'stopPrice', trim_scale(o.stop_price)::text, 'previousStatus', p_previous, 'status', o.status,
      'filledQuantity', trim_scale(o.filled_quantity)::text, 'avgFillPrice', trim_scale(o.avg_fill_price)::text,
      'strategyId', o.strategy, 'reason', o.reason), p_occurred_at)::execution.gathered_event
$$;

CREATE FUNCTION execution.append_gathered(p_events execution.gathered_event[])
RETURNS void LANGUAGE sql SET search_path = pg_catalog, pg_temp AS $$
  INSERT INTO event_bus.outbox (event_id, event_type, version, service, key, correlation_id, data, occurred_at)
  SELECT gen_random_uuid(), e.event_type, 1, 'execution', e.key, e.correlation_id, e.data, e.occurred_at
    FROM unnest(p_events) WITH ORDINALITY AS e ORDER BY e.ordinality
$$;

-- Places orders, in the order of their accounts so that two batches can't wait for each other: each is decided by risk,
-- stored with its log and published; what is allowed goes on to submitted where `p_submit` says so. An id that is there
-- already gives the order that is there.
CREATE FUNCTION execution.place_orders(p_orders jsonb, p_submit boolean)
RETURNS SETOF execution.orders LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  asked record;
  decided record;
  o execution.orders;
  status execution.order_status;
  logs execution.gathered_log[] := '{}';
  events execution.gathered_event[] := '{}';
BEGIN
  FOR asked IN
    SELECT * FROM ROWS FROM (jsonb_to_recordset(p_orders) AS ("orderId" text, "accountId" text, symbol text, side text, "orderType" text,
      "timeInForce" text, quantity numeric, price numeric, "stopPrice" numeric, "strategyId" text, "signalId" text,
      "decidedAt" timestamptz, "dataSource" text, "correlationId" text)) WITH ORDINALITY
     ORDER BY "accountId", ordinality
  LOOP
    SELECT * INTO decided FROM risk_management.reserve_order(asked."orderId", asked."accountId", asked.symbol, asked.side, asked."orderType",
      asked.quantity, asked.price, asked."stopPrice", asked."strategyId", asked."decidedAt", asked."dataSource", asked."correlationId", NULL);
    IF decided.decision = 'known' THEN
      SELECT * INTO o FROM execution.orders AS x WHERE x.order_id = asked."orderId";
      RETURN NEXT o;
      CONTINUE;
    END IF;
    -- What is submitted at once is written once, as submitted; log and events tell both steps.
    status := CASE WHEN decided.decision = 'denied' THEN 'rejected' WHEN p_submit THEN 'submitted' ELSE 'pending' END;
    INSERT INTO execution.orders (order_id, account_id, symbol, side, order_type, time_in_force, quantity, price, stop_price, strategy,
        signal_id, decided_at, status, reason, reference_price, correlation_id)
      VALUES (asked."orderId", asked."accountId", asked.symbol, asked.side::execution.order_side, asked."orderType"::execution.order_type,
        asked."timeInForce"::execution.time_in_force, asked.quantity, asked.price, asked."stopPrice", asked."strategyId", asked."signalId",
        asked."decidedAt", status, 'denied: ' || decided.reason, decided.reference_price, asked."correlationId")
      RETURNING * INTO o;
    RETURN NEXT o;
    IF status = 'rejected' THEN
      logs := logs || (o.order_id, NULL, 'rejected', 'denied', jsonb_build_object('limit', decided.limit_type,
        'limitValue', decided.limit_value::text, 'observed', decided.observed::text), o.correlation_id)::execution.gathered_log;
      events := events || execution.order_event(o, NULL, o.decided_at, o.correlation_id);
      CONTINUE;
    END IF;
    o.status := 'pending';
    logs := logs || (o.order_id, NULL, 'pending', 'created', jsonb_build_object('checks', decided.checks), o.correlation_id)::execution.gathered_log;
    events := events || execution.order_event(o, NULL, o.decided_at, o.correlation_id);
    IF status = 'submitted' THEN
      o.status := 'submitted';
      logs := logs || (o.order_id, 'pending', 'submitted', 'submitted', NULL, o.correlation_id)::execution.gathered_log;
      events := events || execution.order_event(o, 'pending', o.decided_at, o.correlation_id);
    END IF;
  END LOOP;
  INSERT INTO execution.execution_logs (order_id, from_status, to_status, event, details, correlation_id)
    SELECT l.order_id, l.from_status, l.to_status, l.event, l.details, l.correlation_id
      FROM unnest(logs) WITH ORDINALITY AS l ORDER BY l.ordinality;
  PERFORM execution.append_gathered(events);
END
$$;

-- Books fills. All orders are locked first, by id, so that two batches can't wait for each other. A fill that needs more
-- than booking (of an unknown or finished order, beyond its quantity, at odds with what is booked) is left alone and
-- `deferred`: it is booked, or refused, and raised, one at a time.
CREATE FUNCTION execution.book_fills(p_fills jsonb)
RETURNS TABLE (execution_id text, order_id text, outcome text) LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  asked record;
  booked record;
  known execution.trades;
  o execution.orders;
  events execution.gathered_event[] := '{}';
BEGIN
  PERFORM FROM execution.orders AS x
    WHERE x.order_id IN (SELECT r."orderId" FROM jsonb_to_recordset(p_fills) AS r("orderId" text)) ORDER BY x.order_id FOR UPDATE;
  FOR asked IN
    SELECT r.*, x.account_id AS account, x.symbol
      FROM ROWS FROM (jsonb_to_recordset(p_fills) AS ("orderId" text, "accountId" text, "executionId" text, quantity numeric,
        price numeric, commission numeric, "executedAt" timestamptz, "settlementDate" date, "correlationId" text)) WITH ORDINALITY AS r
      LEFT JOIN execution.orders AS x ON x.order_id = r."orderId"
     ORDER BY x.account_id, x.symbol, r.ordinality
  LOOP
    execution_id := asked."executionId";
    order_id := asked."orderId";
    outcome := 'deferred';
    SELECT * INTO o FROM execution.orders AS x WHERE x.order_id = asked."orderId";
    SELECT * INTO known FROM execution.trades AS x WHERE x.account_id = o.account_id AND x.execution_id = asked."executionId";
    IF known.trade_id IS NOT NULL THEN
      IF (known.order_id, known.quantity, known.price) = (asked."orderId", asked.quantity, asked.price) THEN
        outcome := 'duplicate';
      END IF;
      RETURN NEXT;
      CONTINUE;
    END IF;
    IF o.order_id IS NULL OR o.account_id <> asked."accountId" OR o.status NOT IN ('submitted', 'partially_filled')
       OR o.filled_quantity + asked.quantity > o.quantity THEN
      RETURN NEXT;
      CONTINUE;
    END IF;
    SELECT * INTO booked FROM execution.book_fill(asked."orderId", asked."executionId", asked.quantity, asked.price, asked.commission,
      asked."executedAt", asked."settlementDate", asked."correlationId");
    outcome := booked.outcome;
    o.filled_quantity := booked.filled_quantity;
    o.avg_fill_price := booked.avg_fill_price;
    o.status := booked.status;
    events := events || ARRAY[
      execution.order_event(o, booked.previous_status, asked."executedAt", asked."correlationId"),
      ('trade_executed', o.account_id || ':' || o.symbol, coalesce(o.correlation_id, asked."correlationId"),
        jsonb_build_object('tradeId', booked.trade_id, 'executionId', asked."executionId", 'orderId', o.order_id, 'accountId', o.account_id,
          'symbol', o.symbol, 'side', o.side, 'quantity', trim_scale(asked.quantity)::text, 'price', trim_scale(asked.price)::text,
          'commission', trim_scale(asked.commission)::text, 'realizedPnl', booked.trade_realized_pnl::text,
          'executedAt', to_char(asked."executedAt" AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), 'strategyId', o.strategy),
        asked."executedAt")::execution.gathered_event,
      ('position_updated', o.account_id || ':' || o.symbol, coalesce(o.correlation_id, asked."correlationId"),
        jsonb_build_object('accountId', o.account_id, 'symbol', o.symbol, 'quantity', booked.position_quantity::text,
          'avgPrice', booked.position_avg_price::text, 'realizedPnl', booked.position_realized_pnl::text,
          'unrealizedPnl', booked.unrealized_pnl::text, 'marketValue', booked.market_value::text, 'markPrice', booked.mark_price::text,
          'asOf', to_char(asked."executedAt" AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), 'cause', 'fill'),
        asked."executedAt")::execution.gathered_event];
    RETURN NEXT;
  END LOOP;
  PERFORM execution.append_gathered(events);
END
$$;
GRANT EXECUTE ON FUNCTION execution.order_event(execution.orders, execution.order_status, timestamptz, text) TO trading_execution;
GRANT EXECUTE ON FUNCTION execution.append_gathered(execution.gathered_event[]) TO trading_execution;
GRANT EXECUTE ON FUNCTION execution.place_orders(jsonb, boolean) TO trading_execution;
GRANT EXECUTE ON FUNCTION execution.book_fills(jsonb) TO trading_execution;

-- Every index costs each order twice, when it is placed and when it is filled. An account's orders are found by when they
-- were decided, its working ones by symbol: an index of all by symbol served nobody.
DROP INDEX execution.orders_account_id_symbol_idx;
