-- Books several fills of orders that work, in rounds of one fill of each position. A fill that needs more than booking (of an
-- unknown or finished order, beyond its quantity, at odds with what is booked) is left alone and `deferred`: it is booked, or
-- refused, and raised, one at a time.
CREATE OR REPLACE FUNCTION execution.book_fills(p_fills jsonb)
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
