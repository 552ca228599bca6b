-- Places several orders, in rounds of one of each account, accounts in their order: each is decided by risk with all before it in
-- view, stored with its log and published; what is allowed goes on to submitted where `p_submit` says so. An id that is there
-- already gives the order that is there. What is published is what packages/execution publishes for the same order: a test
-- compares the two.
CREATE OR REPLACE FUNCTION execution.place_orders(p_orders jsonb, p_submit boolean)
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
