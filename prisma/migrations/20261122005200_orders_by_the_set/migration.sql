-- Orders and fills by the set: what a statement costs to start is paid once for a batch, not once for each order.
-- The functions below are always planned once and for tables of any size (`force_generic_plan`, nothing but index scans
-- and loops): a plan that was made while the tables were small must still be right when they hold ten million orders.

-- Inlined into the statements that use them: no SET of their own.
DROP FUNCTION risk_management.active_kill(text, text, text);
-- The hardest active kill switch that covers an order; no row where none does.
CREATE FUNCTION risk_management.active_kill(p_account_id text, p_strategy text, p_symbol text)
RETURNS SETOF risk_management.kill_switches LANGUAGE sql STABLE AS $$
  SELECT k.* FROM risk_management.kill_switches AS k
   WHERE k.lifted_at IS NULL
     AND (k.scope, k.target) IN (('all', ''), ('account', p_account_id), ('strategy', p_strategy), ('symbol', p_symbol))
   ORDER BY k.level = 'halt' DESC, k.id LIMIT 1
$$;

-- Door: may this order be cancelled? Null is yes; the text says why not. Only a halt stops a cancel.
CREATE OR REPLACE FUNCTION risk_management.refuse_cancel(p_account_id text, p_strategy text, p_symbol text)
RETURNS text LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT format('kill switch (%s): halted by %s: %s', concat_ws(' ', k.scope, nullif(k.target, '')), k.set_by, k.reason)
    FROM risk_management.active_kill(p_account_id, p_strategy, p_symbol) AS k WHERE k.level = 'halt'
$$;

-- Door: may this order, allowed before, still be handed to the broker? Null is yes. A kill switch that was set in between
-- stops it: a halt in any case, reduce_only where it would do more than reduce what is held.
CREATE OR REPLACE FUNCTION risk_management.refuse_submission(p_order_id text)
RETURNS text LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  o record;
  kill risk_management.kill_switches;
  held numeric;
BEGIN
  SELECT * INTO o FROM execution.working_orders AS w WHERE w.order_id = p_order_id;
  IF NOT FOUND THEN
    RETURN format('order %s does not work any more', p_order_id);
  END IF;
  SELECT * INTO kill FROM risk_management.active_kill(o.account_id, o.strategy, o.symbol);
  SELECT h.quantity INTO held FROM execution.holdings AS h WHERE h.account_id = o.account_id AND h.symbol = o.symbol;
  IF kill.id IS NULL OR (kill.level = 'reduce_only' AND o.leaves <= CASE o.side WHEN 'sell' THEN held ELSE -held END) THEN
    RETURN NULL;
  END IF;
  RETURN format('kill switch (%s, %s) set by %s: %s', concat_ws(' ', kill.scope, nullif(kill.target, '')), kill.level, kill.set_by, kill.reason);
END
$$;

-- How long before the open or after the close of the regular session an order may be decided, in seconds; off unless set.
ALTER TABLE risk_management.risk_limits DROP CONSTRAINT valid_limit_type, ADD CONSTRAINT valid_limit_type CHECK (limit_type IN (
  'max_order_quantity', 'max_order_notional', 'price_collar', 'max_gross_exposure', 'max_daily_loss', 'max_drawdown',
  'duplicate_window', 'max_orders_per_minute', 'max_price_age', 'max_outside_session'));
ALTER TABLE risk_management.risk_limits DROP CONSTRAINT valid_strategy_limit, ADD CONSTRAINT valid_strategy_limit CHECK (
  strategy = '' OR limit_type IN ('max_order_quantity', 'max_order_notional', 'price_collar', 'max_outside_session'));

-- Door: decides on orders, one of each account, inside the transaction that creates them. From here to that transaction's
-- end no other order of these accounts is decided, and whoever is decided next sees these among the working orders: what is
-- checked stays true, however many orders come at once. An order's own row is its reservation; fills and cancels release it
-- because they change that row. A denial is written and published here, so it exists if, and only if, the rejected order
-- does. Accounts are locked in their order, so that two batches can't wait for each other.
CREATE FUNCTION risk_management.reserve_orders(p_orders jsonb)
RETURNS TABLE (
  order_id text, decision text, limit_type text, limit_value numeric, observed numeric, reason text, reference_price numeric, checks jsonb)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
DECLARE
  a record;
  previous_account text;
  earliest timestamptz;
  latest timestamptz;
  signed numeric;
  -- What a share may cost at most: the worst of the last price and the prices that the order itself names.
  worst_price numeric;
  held_after numeric;
  gross_after numeric;
  day_loss numeric;
  drawdown numeric;
  count_after numeric;
  twin text;
  age numeric;
  outside numeric;
  reduces boolean;
BEGIN
  -- With one snapshot for the whole transaction the lock would be waited for, and what the others did not seen.
  IF current_setting('transaction_isolation') <> 'read committed' THEN
    RAISE EXCEPTION 'orders are reserved in a READ COMMITTED transaction, not in %', current_setting('transaction_isolation')
      USING ERRCODE = 'invalid_transaction_state';
  END IF;
  FOR a IN
    SELECT * FROM jsonb_to_recordset(p_orders) AS r("orderId" text, "accountId" text, symbol text, side text, "orderType" text,
      quantity numeric, price numeric, "stopPrice" numeric, "decidedAt" timestamptz, "dataSource" text) ORDER BY r."accountId"
  LOOP
    IF coalesce(a."orderId", '') = '' OR coalesce(a."accountId", '') = '' OR coalesce(a.symbol, '') = '' OR a."decidedAt" IS NULL
       OR coalesce(a."dataSource", '') = '' OR a.side IS NULL OR a.side NOT IN ('buy', 'sell')
       OR a."orderType" IS NULL OR a."orderType" NOT IN ('market', 'limit', 'stop', 'stop_limit')
       OR a.quantity IS NULL OR NOT (a.quantity > 0 AND a.quantity < 'Infinity')
       OR NOT coalesce(a.price > 0 AND a.price < 'Infinity', true) OR NOT coalesce(a."stopPrice" > 0 AND a."stopPrice" < 'Infinity', true) THEN
      RAISE EXCEPTION 'order % can''t be judged: account %, symbol %, side %, type %, quantity %, price %, stop price %, decided at %, series %',
        a."orderId", a."accountId", a.symbol, a.side, a."orderType", a.quantity, a.price, a."stopPrice", a."decidedAt", a."dataSource"
        USING ERRCODE = 'invalid_parameter_value';
    END IF;
    IF a."accountId" = previous_account THEN
      RAISE EXCEPTION 'orders of account % are to be decided one call after another: the second must see the first', a."accountId"
        USING ERRCODE = 'invalid_parameter_value';
    END IF;
    previous_account := a."accountId";
    earliest := least(earliest, a."decidedAt");
    latest := greatest(latest, a."decidedAt");
    PERFORM pg_advisory_xact_lock(hashtextextended('risk_management.account:' || a."accountId", 0));
  END LOOP;

  FOR a IN
    SELECT o.*, (SELECT true FROM execution.placed_orders AS x WHERE x.order_id = o."orderId") AS known,
           reference.close AS last_price, reference.at AS last_price_at,
           book.held, book.buys, book.sells, book.price AS book_price, book.others, book.pnl, limits.*,
           cap.max_quantity, cap.max_notional, state.capital, state.trading_day, state.day_open_pnl, state.last_pnl, state.peak_pnl,
           kill.level AS kill_level, kill.scope AS kill_scope, kill.target AS kill_target, kill.set_by AS killed_by, kill.reason AS kill_reason
      FROM jsonb_to_recordset(p_orders) AS o("orderId" text, "accountId" text, symbol text, side text, "orderType" text,
             quantity numeric, price numeric, "stopPrice" numeric, "strategyId" text, "decidedAt" timestamptz, "dataSource" text,
             "correlationId" text, "causationId" text, "sessionOpen" timestamptz, "sessionClose" timestamptz)
      -- The outer bounds are the batch's: by them whole years of bars are left out before the statement starts.
      LEFT JOIN LATERAL (
        SELECT b.close, b."timestamp" AS at FROM data_ingestion.bars AS b
         WHERE b.symbol = o.symbol AND b.data_source = o."dataSource"
           AND b."timestamp" <= o."decidedAt" AND b."timestamp" > o."decidedAt" - interval '366 days'
           AND b."timestamp" <= latest AND b."timestamp" > earliest - interval '366 days'
         ORDER BY b."timestamp" DESC LIMIT 1) AS reference ON true
      -- The whole account in one statement, so in one snapshot: a fill moves shares from an order to a position between
      -- two of them. A symbol's worst value is that of its position once all its buys, or all its sells, are filled.
      CROSS JOIN LATERAL (
        SELECT coalesce(sum(s.held) FILTER (WHERE s.symbol = o.symbol), 0) AS held,
               coalesce(sum(s.buys) FILTER (WHERE s.symbol = o.symbol), 0) AS buys,
               coalesce(sum(s.sells) FILTER (WHERE s.symbol = o.symbol), 0) AS sells,
               max(s.price) FILTER (WHERE s.symbol = o.symbol) AS price,
               coalesce(sum(greatest(abs(s.held + s.buys), abs(s.held - s.sells)) * s.price) FILTER (WHERE s.symbol <> o.symbol), 0) AS others,
               coalesce(sum(s.pnl), 0) AS pnl
          FROM (SELECT e.symbol, sum(e.held) AS held, sum(e.buys) AS buys, sum(e.sells) AS sells, max(e.price) AS price, sum(e.pnl) AS pnl
                  FROM (SELECT h.symbol, h.quantity AS held, 0 AS buys, 0 AS sells, coalesce(h.mark_price, h.avg_price) AS price,
                               h.realized_pnl + coalesce(h.quantity * h.mark_price - h.cost_basis, 0) AS pnl
                          FROM execution.holdings AS h WHERE h.account_id = o."accountId"
                        UNION ALL
                        SELECT w.symbol, 0, CASE w.side WHEN 'buy' THEN w.leaves ELSE 0 END, CASE w.side WHEN 'sell' THEN w.leaves ELSE 0 END,
                               greatest(w.reference_price, w.price, w.stop_price), 0
                          FROM execution.working_orders AS w WHERE w.account_id = o."accountId") AS e
                 GROUP BY e.symbol) AS s) AS book
      -- A strategy's own limit binds beside its account's: the tighter of the two holds. Those that an account must have
      -- are not made up for by a strategy's.
      CROSS JOIN LATERAL (
        SELECT count(*) FILTER (WHERE l.strategy = '' AND l.limit_type IN ('max_order_quantity', 'max_order_notional', 'max_gross_exposure')) AS needed,
               min(l.limit_value) FILTER (WHERE l.limit_type = 'max_order_quantity') AS max_order_quantity,
               min(l.limit_value) FILTER (WHERE l.limit_type = 'max_order_notional') AS max_order_notional,
               min(l.limit_value) FILTER (WHERE l.limit_type = 'price_collar') AS price_collar,
               min(l.limit_value) FILTER (WHERE l.limit_type = 'max_gross_exposure') AS max_gross_exposure,
               min(l.limit_value) FILTER (WHERE l.limit_type = 'max_daily_loss') AS max_daily_loss,
               min(l.limit_value) FILTER (WHERE l.limit_type = 'max_drawdown') AS max_drawdown,
               max(l.limit_value) FILTER (WHERE l.limit_type = 'duplicate_window') AS duplicate_window,
               min(l.limit_value) FILTER (WHERE l.limit_type = 'max_orders_per_minute') AS max_orders_per_minute,
               min(l.limit_value) FILTER (WHERE l.limit_type = 'max_price_age') AS max_price_age,
               min(l.limit_value) FILTER (WHERE l.limit_type = 'max_outside_session') AS max_outside_session
          FROM risk_management.risk_limits AS l
         WHERE l.account_id = o."accountId" AND l.strategy IN ('', coalesce(o."strategyId", '')) AND l.active) AS limits
      LEFT JOIN LATERAL (
        SELECT x.max_quantity, x.max_notional FROM risk_management.position_limits AS x
         WHERE x.account_id = o."accountId" AND x.symbol IN (o.symbol, '*') ORDER BY x.symbol = '*' LIMIT 1) AS cap ON true
      LEFT JOIN risk_management.account_states AS state ON state.account_id = o."accountId"
      LEFT JOIN LATERAL risk_management.active_kill(o."accountId", o."strategyId", o.symbol) AS kill ON true
  LOOP
    order_id := a."orderId";
    limit_type := NULL;
    limit_value := NULL;
    observed := NULL;
    reason := NULL;
    checks := NULL;
    reference_price := a.last_price;
    IF a.known THEN
      decision := 'known';
      RETURN NEXT;
      CONTINUE;
    END IF;
    signed := CASE a.side WHEN 'buy' THEN a.quantity ELSE -a.quantity END;
    worst_price := greatest(reference_price, a.price, a."stopPrice");
    -- All shares that could be sold (or bought back) are held, those of working orders on the same side included.
    reduces := CASE a.side WHEN 'sell' THEN a.quantity + a.sells <= a.held ELSE a.quantity + a.buys <= -a.held END;

    <<judged>>
    BEGIN
      IF a.kill_level IS NOT NULL AND (a.kill_level = 'halt' OR NOT reduces) THEN
        limit_type := 'kill_switch';
        reason := format('kill switch (%s, %s) set by %s: %s', concat_ws(' ', a.kill_scope, nullif(a.kill_target, '')), a.kill_level,
          a.killed_by, a.kill_reason);
        EXIT judged;
      END IF;
      EXIT judged WHEN reduces;

      -- Fail closed: what can't be measured is not allowed.
      IF a.needed < 3 THEN
        limit_type := 'limits_missing';
        SELECT format('account %s has no active limit for %s', a."accountId", string_agg(n.needed, ', ' ORDER BY n.place)) INTO reason
          FROM unnest(ARRAY['max_order_quantity', 'max_order_notional', 'max_gross_exposure']) WITH ORDINALITY AS n(needed, place)
         WHERE NOT EXISTS (SELECT FROM risk_management.risk_limits AS l
                            WHERE l.account_id = a."accountId" AND l.strategy = '' AND l.limit_type = n.needed AND l.active);
        EXIT judged;
      END IF;
      IF reference_price IS NULL THEN
        limit_type := 'reference_price';
        reason := format('no price of %s in series %s in the year before %s', a.symbol, a."dataSource", a."decidedAt");
        EXIT judged;
      END IF;

      age := extract(epoch FROM a."decidedAt" - a.last_price_at);
      limit_type := 'max_price_age';
      limit_value := coalesce(a.max_price_age, 432000);
      observed := age;
      EXIT judged WHEN observed > limit_value;

      -- The caller has the calendar and names the session of the date; a session of another date is none.
      IF a.max_outside_session IS NOT NULL THEN
        limit_type := 'max_outside_session';
        limit_value := a.max_outside_session;
        observed := greatest(0, extract(epoch FROM a."sessionOpen" - a."decidedAt"), extract(epoch FROM a."decidedAt" - a."sessionClose"));
        IF ((a."sessionOpen" AT TIME ZONE 'America/New_York')::date = (a."decidedAt" AT TIME ZONE 'America/New_York')::date
            AND a."sessionClose" > a."sessionOpen") IS NOT TRUE THEN
          observed := NULL;
          reason := format('max_outside_session is %s, there is no session of XNYS on that date, or none is known', trim_scale(limit_value));
          EXIT judged;
        END IF;
        outside := observed;
        EXIT judged WHEN observed > limit_value;
      END IF;

      limit_type := 'max_order_quantity';
      limit_value := a.max_order_quantity;
      observed := a.quantity;
      EXIT judged WHEN observed > limit_value;

      limit_type := 'max_order_notional';
      limit_value := a.max_order_notional;
      observed := a.quantity * worst_price;
      EXIT judged WHEN observed > limit_value;

      limit_type := 'price_collar';
      limit_value := a.price_collar;
      observed := greatest(abs(a.price - reference_price), abs(a."stopPrice" - reference_price)) / reference_price;
      EXIT judged WHEN observed > limit_value;

      held_after := CASE a.side WHEN 'buy' THEN a.held + a.buys + a.quantity ELSE a.sells + a.quantity - a.held END;
      limit_type := 'max_position_quantity';
      limit_value := a.max_quantity;
      observed := held_after;
      EXIT judged WHEN observed > limit_value;
      limit_type := 'max_position_notional';
      limit_value := a.max_notional;
      observed := held_after * greatest(worst_price, a.book_price);
      EXIT judged WHEN observed > limit_value;

      gross_after := a.others + greatest(
        abs(a.held + a.buys + greatest(signed, 0)), abs(a.held - a.sells + least(signed, 0))) * greatest(worst_price, a.book_price);
      limit_type := 'max_gross_exposure';
      limit_value := a.max_gross_exposure;
      observed := gross_after;
      EXIT judged WHEN observed > limit_value;

      -- Until the monitor has seen the day, it opens at what the monitor saw last.
      day_loss := greatest(0, CASE WHEN a.trading_day >= (a."decidedAt" AT TIME ZONE 'America/New_York')::date
                                   THEN a.day_open_pnl ELSE coalesce(a.last_pnl, 0) END - a.pnl);
      limit_type := 'max_daily_loss';
      limit_value := a.max_daily_loss;
      observed := day_loss;
      EXIT judged WHEN observed >= limit_value;

      IF a.max_drawdown IS NOT NULL THEN
        limit_type := 'max_drawdown';
        limit_value := a.max_drawdown;
        IF a.capital IS NULL THEN
          observed := NULL;
          reason := format('max_drawdown can''t be measured: account %s has no capital on record', a."accountId");
          EXIT judged;
        END IF;
        drawdown := greatest(0, a.peak_pnl - a.pnl) / greatest(a.capital + a.peak_pnl, a.capital);
        observed := drawdown;
        EXIT judged WHEN observed >= limit_value;
      END IF;

      IF a.duplicate_window IS NOT NULL THEN
        SELECT x.order_id, abs(extract(epoch FROM a."decidedAt" - x.decided_at)) INTO twin, observed
          FROM execution.placed_orders AS x
         WHERE x.account_id = a."accountId" AND x.symbol = a.symbol AND x.side::text = a.side AND x.order_type::text = a."orderType"
           AND x.quantity = a.quantity AND x.price IS NOT DISTINCT FROM a.price AND x.stop_price IS NOT DISTINCT FROM a."stopPrice"
           AND x.status <> 'rejected'
           AND x.decided_at > a."decidedAt" - make_interval(secs => a.duplicate_window::float8)
           AND x.decided_at < a."decidedAt" + make_interval(secs => a.duplicate_window::float8)
         LIMIT 1;
        IF FOUND THEN
          limit_type := 'duplicate_window';
          limit_value := a.duplicate_window;
          reason := format('the same order, %s, was placed %s s away, within the window of %s s', twin, trim_scale(observed), trim_scale(limit_value));
          EXIT judged;
        END IF;
      END IF;

      IF a.max_orders_per_minute IS NOT NULL THEN
        SELECT count(*) + 1 INTO count_after
          FROM (SELECT FROM execution.placed_orders AS x
                 WHERE x.account_id = a."accountId" AND x.decided_at > a."decidedAt" - interval '1 minute' AND x.decided_at <= a."decidedAt"
                 LIMIT a.max_orders_per_minute::bigint + 1) AS recent;
        limit_type := 'max_orders_per_minute';
        limit_value := a.max_orders_per_minute;
        observed := count_after;
        EXIT judged WHEN observed > limit_value;
      END IF;

      limit_type := NULL;
    END;

    IF limit_type IS NULL THEN
      decision := 'allowed';
      limit_value := NULL;
      observed := NULL;
      checks := CASE WHEN reduces THEN jsonb_build_object('reduces_only', true, 'held', a.held::text)
        ELSE jsonb_strip_nulls(jsonb_build_object(
          'max_price_age', jsonb_build_array(trim_scale(coalesce(a.max_price_age, 432000))::text, trim_scale(age)::text),
          'max_outside_session', CASE WHEN a.max_outside_session IS NOT NULL THEN jsonb_build_array(trim_scale(a.max_outside_session)::text, trim_scale(outside)::text) END,
          'max_order_quantity', jsonb_build_array(trim_scale(a.max_order_quantity)::text, trim_scale(a.quantity)::text),
          'max_order_notional', jsonb_build_array(trim_scale(a.max_order_notional)::text, trim_scale(a.quantity * worst_price)::text),
          'max_position_quantity', CASE WHEN a.max_quantity IS NOT NULL THEN jsonb_build_array(trim_scale(a.max_quantity)::text, trim_scale(held_after)::text) END,
          'max_position_notional', CASE WHEN a.max_notional IS NOT NULL THEN jsonb_build_array(trim_scale(a.max_notional)::text, trim_scale(held_after * greatest(worst_price, a.book_price))::text) END,
          'max_gross_exposure', jsonb_build_array(trim_scale(a.max_gross_exposure)::text, trim_scale(gross_after)::text),
          'max_daily_loss', CASE WHEN a.max_daily_loss IS NOT NULL THEN jsonb_build_array(trim_scale(a.max_daily_loss)::text, trim_scale(day_loss)::text) END,
          'max_drawdown', CASE WHEN a.max_drawdown IS NOT NULL THEN jsonb_build_array(trim_scale(a.max_drawdown)::text, trim_scale(round(drawdown, 6))::text) END,
          'max_orders_per_minute', CASE WHEN a.max_orders_per_minute IS NOT NULL THEN jsonb_build_array(trim_scale(a.max_orders_per_minute)::text, count_after::text) END)) END;
      RETURN NEXT;
      CONTINUE;
    END IF;

    decision := 'denied';
    observed := trim_scale(round(observed, 8));
    limit_value := trim_scale(limit_value);
    reason := coalesce(reason, format(
      CASE limit_type WHEN 'max_price_age' THEN '%s is %s, the last price is %s s old'
                      WHEN 'max_outside_session' THEN '%s is %s, the order was decided %s s outside of the session'
                      WHEN 'price_collar' THEN '%s is %s, the order''s price is %s away from the last one'
                      WHEN 'max_daily_loss' THEN '%s is %s, the account has lost %s today'
                      WHEN 'max_drawdown' THEN '%s is %s, the account stands %s below its peak'
                      ELSE '%s is %s, the order would make it %s' END, limit_type, limit_value, observed));
    PERFORM risk_management.raise_event(
      'denied:' || left(a."orderId", 93), a."accountId", 'order_denied', CASE limit_type WHEN 'kill_switch' THEN 'critical' ELSE 'warning' END,
      format('order %s (%s %s %s) denied: %s', a."orderId", a.side, trim_scale(a.quantity), a.symbol, reason),
      jsonb_build_object('orderId', a."orderId", 'symbol', a.symbol, 'side', a.side, 'quantity', trim_scale(a.quantity)::text,
        'strategyId', a."strategyId", 'limit', limit_type, 'limitValue', limit_value::text, 'observed', observed::text,
        'referencePrice', trim_scale(reference_price)::text),
      a."decidedAt", a."correlationId", a."causationId");
    RETURN NEXT;
  END LOOP;
END
$$;
GRANT EXECUTE ON FUNCTION risk_management.reserve_orders(jsonb) TO trading_execution;
DROP FUNCTION risk_management.reserve_order(text, text, text, text, text, numeric, numeric, numeric, text, timestamptz, text, text, text);

DROP FUNCTION execution.place_orders(jsonb, boolean);
DROP FUNCTION execution.book_fills(jsonb);
DROP FUNCTION execution.order_event(execution.orders, execution.order_status, timestamptz, text);
DROP FUNCTION execution.append_gathered(execution.gathered_event[]);
DROP TYPE execution.gathered_event;
DROP TYPE execution.gathered_log;

-- Places orders: each is decided by risk, stored with its log and published; what is allowed goes on to submitted where
-- `p_submit` says so. An id that is there already gives the order that is there. Orders of one account are decided one
-- after another, each with all before it in view; those of different accounts together.
-- What is published is what packages/execution publishes for the same order: a test compares the two.
CREATE FUNCTION execution.place_orders(p_orders jsonb, p_submit boolean)
RETURNS SETOF execution.orders LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  rounds jsonb[] := ARRAY[p_orders];
  round jsonb;
BEGIN
  IF jsonb_array_length(p_orders) > 1 THEN
    rounds := ARRAY(
      SELECT jsonb_agg(n.value ORDER BY n.ordinality)
        FROM (SELECT e.*, row_number() OVER (PARTITION BY e.value ->> 'accountId' ORDER BY e.ordinality) AS round
                FROM jsonb_array_elements(p_orders) WITH ORDINALITY AS e) AS n
       GROUP BY n.round ORDER BY n.round);
  END IF;
  FOREACH round IN ARRAY rounds LOOP
    WITH decided AS MATERIALIZED (
      SELECT a.*, d.*, CASE d.decision WHEN 'denied' THEN 'rejected' ELSE 'pending' END::execution.order_status AS first_status
        FROM jsonb_to_recordset(round) AS a("orderId" text, "accountId" text, symbol text, side execution.order_side,
               "orderType" execution.order_type, "timeInForce" execution.time_in_force, quantity numeric(15,4), price numeric(15,4),
               "stopPrice" numeric(15,4), "strategyId" text, "signalId" text, "decidedAt" timestamptz, "correlationId" text)
        JOIN risk_management.reserve_orders(round) AS d ON d.order_id = a."orderId"
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
           jsonb_build_object('orderId', s."orderId", 'accountId', s."accountId", 'symbol', s.symbol, 'side', s.side, 'orderType', s."orderType",
             'timeInForce', s."timeInForce", 'quantity', trim_scale(s.quantity)::text, 'price', trim_scale(s.price)::text,
             'stopPrice', trim_scale(s."stopPrice")::text, 'previousStatus', s.previous, 'status', s.status, 'filledQuantity', '0',
             'avgFillPrice', NULL, 'strategyId', s."strategyId", 'reason', 'denied: ' || s.reason), s."decidedAt"
      FROM steps AS s;
  END LOOP;
  RETURN QUERY SELECT o.* FROM execution.orders AS o
    WHERE o.order_id = ANY (ARRAY(SELECT r."orderId" FROM jsonb_to_recordset(p_orders) AS r("orderId" text)));
END
$$;
GRANT EXECUTE ON FUNCTION execution.place_orders(jsonb, boolean) TO trading_execution;

-- An average price from what was paid for a quantity, half away from zero; div() is exact where `/` would round twice.
CREATE FUNCTION execution.average_price(p_paid numeric, p_quantity numeric) RETURNS numeric LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE WHEN p_quantity > 0 THEN div(p_paid * 20000 + p_quantity, p_quantity * 2) * 0.0001 END
$$;

-- What an order's trades come to, net of busts: how much, and what was paid for it.
DROP FUNCTION execution.filled(text);
CREATE FUNCTION execution.filled(p_order_id text) RETURNS TABLE (quantity numeric, busted numeric, paid numeric) LANGUAGE sql STABLE AS $$
  SELECT coalesce(sum(CASE t.kind WHEN 'fill' THEN t.quantity ELSE -t.quantity END), 0),
         coalesce(sum(t.quantity) FILTER (WHERE t.kind = 'bust'), 0),
         coalesce(sum(CASE t.kind WHEN 'fill' THEN t.quantity ELSE -t.quantity END * t.price), 0)
    FROM execution.trades AS t WHERE t.order_id = p_order_id
$$;
GRANT EXECUTE ON FUNCTION execution.average_price(numeric, numeric), execution.filled(text) TO trading_execution;

-- Books fills of orders that work, in rounds of one fill of each position. Orders are locked first, by id, then positions, so
-- that two batches can't wait for each other. A fill that needs more than booking (of an unknown or finished order, beyond
-- its quantity, at odds with what is booked) is left alone and `deferred`: it is booked, or refused, and raised, one at a time.
CREATE FUNCTION execution.book_fills(p_fills jsonb)
RETURNS TABLE (execution_id text, order_id text, outcome text) LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
DECLARE
  ids text[] := ARRAY(SELECT r."orderId" FROM jsonb_to_recordset(p_fills) AS r("orderId" text));
  rounds jsonb[] := ARRAY[p_fills];
  round jsonb;
BEGIN
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
  IF jsonb_array_length(p_fills) > 1 THEN
    rounds := ARRAY(
      SELECT jsonb_agg(n.value ORDER BY n.ordinality)
        FROM (SELECT e.*, row_number() OVER (PARTITION BY o.account_id, o.symbol ORDER BY e.ordinality) AS round
                FROM jsonb_array_elements(p_fills) WITH ORDINALITY AS e
                LEFT JOIN execution.orders AS o ON o.order_id = e.value ->> 'orderId') AS n
       GROUP BY n.round ORDER BY n.round);
  END IF;
  FOREACH round IN ARRAY rounds LOOP
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
         ('order_updated', jsonb_build_object('orderId', b."orderId", 'accountId', b.account_id, 'symbol', b.symbol, 'side', b.side,
           'orderType', b.order_type, 'timeInForce', b.time_in_force, 'quantity', trim_scale(b.ordered)::text,
           'price', trim_scale(b.limit_price)::text, 'stopPrice', trim_scale(b.stop_price)::text, 'previousStatus', b.previous, 'status', b.status,
           'filledQuantity', trim_scale(b.filled)::text, 'avgFillPrice', trim_scale(b.average)::text, 'strategyId', b.strategy, 'reason', b.reason)),
         ('trade_executed', jsonb_build_object('tradeId', b.trade_id, 'executionId', b."executionId", 'orderId', b."orderId",
           'accountId', b.account_id, 'symbol', b.symbol, 'side', b.side, 'quantity', trim_scale(b.quantity)::text,
           'price', trim_scale(b.price)::text, 'commission', trim_scale(b.commission)::text, 'realizedPnl', b.realized::text,
           'executedAt', b.executed_at, 'strategyId', b.strategy)),
         ('position_updated', jsonb_build_object('accountId', b.account_id, 'symbol', b.symbol, 'quantity', b.position_quantity::text,
           'avgPrice', b.position_avg_price::text, 'realizedPnl', b.position_realized::text, 'unrealizedPnl', b.unrealized::text,
           'marketValue', b.market_value::text, 'markPrice', b.mark::text, 'asOf', b.executed_at, 'cause', 'fill'))) AS e(event_type, data))
    SELECT a."executionId", a."orderId", a.outcome FROM asked AS a;
  END LOOP;
END
$$;
GRANT EXECUTE ON FUNCTION execution.book_fills(jsonb) TO trading_execution;

-- The same link of a position's chain, one at a time: for busts, and for fills that book_fills defers.
CREATE OR REPLACE FUNCTION execution.book_trade(
  o execution.orders, p_kind text, p_corrects text, p_execution_id text, p_side execution.order_side, p_quantity numeric,
  p_price numeric, p_commission numeric, p_executed_at timestamptz, p_settlement_date date, p_correlation_id text,
  OUT trade execution.trades, OUT held execution.positions, OUT net_filled numeric, OUT net_average numeric)
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan SET enable_seqscan = off AS $$
DECLARE
  p execution.positions;
  after record;
  -- A fill after the last mark is the newest price there is. marked_at stays: the bar's own mark is still to come.
  mark numeric;
BEGIN
  SELECT * INTO p FROM execution.positions AS t WHERE t.account_id = o.account_id AND t.symbol = o.symbol FOR UPDATE;
  IF NOT FOUND THEN
    INSERT INTO execution.positions (account_id, symbol, quantity, avg_price) VALUES (o.account_id, o.symbol, 0, 0)
      ON CONFLICT (account_id, symbol) DO NOTHING;
    SELECT * INTO p FROM execution.positions AS t WHERE t.account_id = o.account_id AND t.symbol = o.symbol FOR UPDATE;
  END IF;
  after := execution.apply_fill(
    p.quantity, p.cost_basis, p.avg_price, CASE p_side WHEN 'buy' THEN p_quantity ELSE -p_quantity END, p_price, p_commission);
  mark := CASE WHEN p_kind = 'bust' OR p.marked_at >= p_executed_at THEN p.mark_price ELSE p_price END;

  INSERT INTO execution.trades (trade_id, order_id, account_id, symbol, side, quantity, price, commission, executed_at, strategy,
      execution_id, realized_pnl, settlement_date, correlation_id, kind, corrects_trade_id,
      position_seq, position_quantity, position_cost, position_avg_price, position_realized)
    VALUES ('t-' || left(encode(sha256(convert_to(o.account_id || chr(31) || p_execution_id, 'UTF8')), 'hex'), 40),
      o.order_id, o.account_id, o.symbol, p_side, p_quantity, p_price, p_commission, p_executed_at, o.strategy,
      p_execution_id, after.realized, p_settlement_date, coalesce(o.correlation_id, p_correlation_id), p_kind, p_corrects,
      p.trade_count + 1, after.new_quantity, after.new_cost, after.new_avg_price, p.realized_pnl + after.realized)
    RETURNING * INTO trade;
  UPDATE execution.positions AS t
     SET quantity = after.new_quantity, cost_basis = after.new_cost, avg_price = after.new_avg_price,
         realized_pnl = t.realized_pnl + after.realized, trade_count = t.trade_count + 1, last_updated = clock_timestamp(),
         mark_price = mark, market_value = after.new_quantity * mark, unrealized_pnl = after.new_quantity * mark - after.new_cost
   WHERE t.id = p.id
   RETURNING * INTO held;
  -- From the fills themselves: an average of averages would drift.
  SELECT f.quantity, execution.average_price(f.paid, f.quantity) INTO net_filled, net_average FROM execution.filled(o.order_id) AS f;
END
$$;

-- The judges, each with one statement. That an order equals its trades is looked at with the trade itself: one trigger less.
DROP TRIGGER trade_is_in_its_order ON execution.trades;
CREATE OR REPLACE FUNCTION execution.judge_order() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan SET enable_seqscan = off AS $$
DECLARE
  wrong record;
BEGIN
  SELECT o.filled_quantity, o.busted_quantity, o.avg_fill_price, f.quantity, f.busted, execution.average_price(f.paid, f.quantity) AS average INTO wrong
    FROM execution.orders AS o CROSS JOIN LATERAL execution.filled(o.order_id) AS f
   WHERE o.order_id = NEW.order_id
     AND (o.filled_quantity, o.busted_quantity, o.avg_fill_price) IS DISTINCT FROM (f.quantity, f.busted, execution.average_price(f.paid, f.quantity));
  IF FOUND THEN
    RAISE EXCEPTION 'order % says filled %, busted %, average %; its trades say %, %, %', NEW.order_id,
      wrong.filled_quantity, wrong.busted_quantity, wrong.avg_fill_price, wrong.quantity, wrong.busted, wrong.average
      USING ERRCODE = 'check_violation', SCHEMA = 'execution', TABLE = 'orders', CONSTRAINT = 'order_equals_its_trades';
  END IF;
  RETURN NULL;
END
$$;
CREATE OR REPLACE FUNCTION execution.judge_trade() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan SET enable_seqscan = off AS $$
DECLARE
  found record;
  after record;
BEGIN
  SELECT o.account_id, o.symbol, o.side, o.filled_quantity, o.busted_quantity, o.avg_fill_price,
         f.quantity, f.busted, execution.average_price(f.paid, f.quantity) AS average, p.trade_count, before.trade_id AS previous,
         coalesce(before.position_quantity, 0) AS quantity_before, coalesce(before.position_cost, 0) AS cost_before,
         coalesce(before.position_avg_price, 0) AS average_before, coalesce(before.position_realized, 0) AS realized_before
    INTO found
    FROM execution.orders AS o
    LEFT JOIN execution.trades AS before ON before.account_id = NEW.account_id AND before.symbol = NEW.symbol
                                        AND before.position_seq = NEW.position_seq - 1 AND before.position_seq > 0
    LEFT JOIN execution.positions AS p ON p.account_id = NEW.account_id AND p.symbol = NEW.symbol
   CROSS JOIN LATERAL execution.filled(o.order_id) AS f
   WHERE o.order_id = NEW.order_id;
  IF (NEW.account_id, NEW.symbol, NEW.side = found.side) IS DISTINCT FROM (found.account_id, found.symbol, NEW.kind = 'fill') THEN
    RAISE EXCEPTION 'trade % is % % in account %, its order % is % % in account %', NEW.trade_id, NEW.side, NEW.symbol, NEW.account_id,
      NEW.order_id, found.side, found.symbol, found.account_id
      USING ERRCODE = 'check_violation', SCHEMA = 'execution', TABLE = 'trades', CONSTRAINT = 'trade_fits_its_order';
  END IF;
  after := execution.apply_fill(found.quantity_before, found.cost_before, found.average_before,
    CASE NEW.side WHEN 'buy' THEN NEW.quantity ELSE -NEW.quantity END, NEW.price, NEW.commission);
  IF NEW.position_seq < 1 OR (NEW.position_seq > 1 AND found.previous IS NULL) OR found.trade_count IS NULL OR found.trade_count < NEW.position_seq
     OR (NEW.position_quantity, NEW.position_cost, NEW.position_avg_price, NEW.realized_pnl, NEW.position_realized) IS DISTINCT FROM
        (after.new_quantity, after.new_cost, after.new_avg_price, after.realized, found.realized_before + after.realized) THEN
    RAISE EXCEPTION 'trade % (number % of % % in account %) does not follow from the one before it', NEW.trade_id, NEW.position_seq,
      coalesce(found.trade_count, 0), NEW.symbol, NEW.account_id
      USING ERRCODE = 'check_violation', SCHEMA = 'execution', TABLE = 'trades', CONSTRAINT = 'trade_follows_its_chain';
  END IF;
  IF (found.filled_quantity, found.busted_quantity, found.avg_fill_price) IS DISTINCT FROM (found.quantity, found.busted, found.average) THEN
    RAISE EXCEPTION 'order % says filled %, busted %, average %; its trades, % among them, say %, %, %', NEW.order_id, found.filled_quantity,
      found.busted_quantity, found.avg_fill_price, NEW.trade_id, found.quantity, found.busted, found.average
      USING ERRCODE = 'check_violation', SCHEMA = 'execution', TABLE = 'orders', CONSTRAINT = 'order_equals_its_trades';
  END IF;
  RETURN NULL;
END
$$;
CREATE OR REPLACE FUNCTION execution.judge_position() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan SET enable_seqscan = off AS $$
DECLARE
  wrong record;
BEGIN
  SELECT p.quantity, p.cost_basis, p.trade_count, t.position_quantity, t.position_cost, t.position_seq INTO wrong
    FROM execution.positions AS p
    LEFT JOIN LATERAL (SELECT * FROM execution.trades AS x WHERE x.account_id = p.account_id AND x.symbol = p.symbol AND x.position_seq > 0
                        ORDER BY x.position_seq DESC LIMIT 1) AS t ON true
   WHERE p.account_id = NEW.account_id AND p.symbol = NEW.symbol
     AND (p.trade_count, p.quantity, p.cost_basis, p.avg_price, p.realized_pnl) IS DISTINCT FROM
         (coalesce(t.position_seq, 0), coalesce(t.position_quantity, 0), coalesce(t.position_cost, 0), coalesce(t.position_avg_price, 0),
          coalesce(t.position_realized, 0));
  IF FOUND THEN
    RAISE EXCEPTION 'position % of account % is % at % after % trades; its trades leave % at % after %', NEW.symbol, NEW.account_id,
      wrong.quantity, wrong.cost_basis, wrong.trade_count, wrong.position_quantity, wrong.position_cost, wrong.position_seq
      USING ERRCODE = 'check_violation', SCHEMA = 'execution', TABLE = 'positions', CONSTRAINT = 'position_equals_its_trades';
  END IF;
  RETURN NULL;
END
$$;

-- Derives everything again from the trades and tells every difference: nothing where all is well. Each link of a chain is
-- derived from the one before it, the first from nothing; orders from their trades; and, apart from all average cost, the
-- money: what was realised and what is tied up must be what was paid and received.
CREATE OR REPLACE FUNCTION execution.verify(p_account_id text, p_symbol text)
RETURNS TABLE (what text, account_id text, symbol text, id text, field text, stored text, derived text)
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
  WITH chain AS (
    SELECT t.*, lag(t.position_seq, 1, 0::bigint) OVER w AS seq_before, lag(t.position_quantity, 1, 0.0) OVER w AS quantity_before,
           lag(t.position_cost, 1, 0.0) OVER w AS cost_before, lag(t.position_avg_price, 1, 0.0) OVER w AS avg_before,
           lag(t.position_realized, 1, 0.0) OVER w AS realized_before,
           row_number() OVER (PARTITION BY t.account_id, t.symbol ORDER BY t.position_seq DESC) AS from_end
      FROM execution.trades AS t
     WHERE (p_account_id IS NULL OR t.account_id = p_account_id) AND (p_symbol IS NULL OR t.symbol = p_symbol)
    WINDOW w AS (PARTITION BY t.account_id, t.symbol ORDER BY t.position_seq)),
  links AS (
    SELECT c.account_id, c.symbol, c.trade_id, f.field, f.stored, f.derived
      FROM chain AS c
     CROSS JOIN LATERAL execution.apply_fill(c.quantity_before, c.cost_before, c.avg_before,
       CASE c.side WHEN 'buy' THEN c.quantity ELSE -c.quantity END, c.price, c.commission) AS a
     CROSS JOIN LATERAL (VALUES
       ('position_seq', c.position_seq::numeric, c.seq_before + 1), ('position_quantity', c.position_quantity, a.new_quantity),
       ('position_cost', c.position_cost, a.new_cost), ('position_avg_price', c.position_avg_price, a.new_avg_price),
       ('realized_pnl', c.realized_pnl, a.realized), ('position_realized', c.position_realized, c.realized_before + a.realized)
     ) AS f(field, stored, derived)
     WHERE f.stored <> f.derived),
  ends AS (SELECT * FROM chain WHERE from_end = 1),
  money AS (
    SELECT t.account_id, t.symbol, sum(CASE t.side WHEN 'buy' THEN -t.quantity ELSE t.quantity END * t.price - t.commission) AS cash
      FROM chain AS t GROUP BY t.account_id, t.symbol),
  held AS (
    SELECT * FROM execution.positions AS p
     WHERE (p_account_id IS NULL OR p.account_id = p_account_id) AND (p_symbol IS NULL OR p.symbol = p_symbol)),
  holdings AS (
    SELECT coalesce(p.account_id, e.account_id) AS account_id, coalesce(p.symbol, e.symbol) AS symbol, f.field, f.stored, f.derived
      FROM held AS p FULL JOIN ends AS e ON e.account_id = p.account_id AND e.symbol = p.symbol
      LEFT JOIN money AS m ON m.account_id = e.account_id AND m.symbol = e.symbol
     CROSS JOIN LATERAL (VALUES
       ('quantity', p.quantity, coalesce(e.position_quantity, 0)), ('cost_basis', p.cost_basis, coalesce(e.position_cost, 0)),
       ('avg_price', p.avg_price, coalesce(e.position_avg_price, 0)), ('realized_pnl', p.realized_pnl, coalesce(e.position_realized, 0)),
       ('trade_count', p.trade_count::numeric, coalesce(e.position_seq, 0)::numeric),
       ('realized_pnl - cost_basis', p.realized_pnl - p.cost_basis, coalesce(m.cash, 0)),
       ('unrealized_pnl', p.unrealized_pnl, round(p.quantity * p.mark_price - p.cost_basis, 4)),
       ('market_value', p.market_value, round(p.quantity * p.mark_price, 4))) AS f(field, stored, derived)
     WHERE f.stored IS DISTINCT FROM f.derived),
  fills AS (
    SELECT o.account_id, o.symbol, o.order_id, f.field, f.stored, f.derived
      FROM execution.orders AS o CROSS JOIN LATERAL execution.filled(o.order_id) AS t
     CROSS JOIN LATERAL (VALUES ('filled_quantity', o.filled_quantity, t.quantity), ('busted_quantity', o.busted_quantity, t.busted),
       ('avg_fill_price', o.avg_fill_price, execution.average_price(t.paid, t.quantity))) AS f(field, stored, derived)
     WHERE (p_account_id IS NULL OR o.account_id = p_account_id) AND (p_symbol IS NULL OR o.symbol = p_symbol)
       AND f.stored IS DISTINCT FROM f.derived),
  -- The log is a path: each row begins where the one before it ended, and the last one is where the order stands.
  steps AS (
    SELECT o.account_id, o.symbol, o.order_id, o.status, l.from_status, l.to_status,
           lag(l.to_status) OVER path AS before, l.id = max(l.id) OVER (PARTITION BY l.order_id) AS last, l.id
      FROM execution.execution_logs AS l JOIN execution.orders AS o ON o.order_id = l.order_id
     WHERE (p_account_id IS NULL OR o.account_id = p_account_id) AND (p_symbol IS NULL OR o.symbol = p_symbol)
    WINDOW path AS (PARTITION BY l.order_id ORDER BY l.id))
  SELECT 'trade', account_id, symbol, trade_id, field, stored::text, derived::text FROM links
  UNION ALL
  SELECT 'position', account_id, symbol, account_id || ':' || symbol, field, stored::text, derived::text FROM holdings
  UNION ALL
  SELECT 'order', account_id, symbol, order_id, field, stored::text, derived::text FROM fills
  UNION ALL
  SELECT 'log', account_id, symbol, order_id, 'from_status', from_status::text, before::text FROM steps WHERE before IS NOT NULL AND from_status IS DISTINCT FROM before
  UNION ALL
  SELECT 'log', account_id, symbol, order_id, 'status', status::text, to_status::text FROM steps WHERE last AND status <> to_status
  ORDER BY 2, 3, 1, 4
$$;
