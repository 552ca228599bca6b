-- Door: decides on an order inside the transaction that creates it. From here to that transaction's end no other order of the
-- account is decided, and whoever is decided next sees this one among the working orders: what is checked stays true, however
-- many orders come at once. The order's own row is its reservation; fills and cancels release it because they change that row.
-- A denial is written and published here, so it exists if, and only if, the rejected order does. Who reserves for several
-- accounts takes them in their order, so that two that only reserve can't wait for each other here. A replacement holds the old
-- order before it comes here, and an order's id is held from the insert to the commit: there two still can, PostgreSQL ends one
-- of them, and execution does that one again.
CREATE OR REPLACE FUNCTION risk_management.reserve_order(
  p_order_id text, p_account_id text, p_symbol text, p_side text, p_order_type text, p_quantity numeric, p_price numeric,
  p_stop_price numeric, p_strategy_id text, p_decided_at timestamptz, p_data_source text, p_correlation_id text, p_causation_id text,
  p_session_open timestamptz, p_session_close timestamptz,
  OUT decision text, OUT limit_type text, OUT limit_value numeric, OUT observed numeric, OUT reason text,
  OUT reference_price numeric, OUT checks jsonb)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off SET enable_bitmapscan = off AS $$
DECLARE
  bar record;
  book record;
  -- The account's own limits; those of a strategy don't make up for what it must have.
  types text[];
  max_order_quantity numeric;
  max_order_notional numeric;
  price_collar numeric;
  max_gross_exposure numeric;
  max_daily_loss numeric;
  max_drawdown numeric;
  duplicate_window numeric;
  max_orders_per_minute numeric;
  max_price_age numeric;
  max_outside_session numeric;
  cap record;
  state record;
  kill record;
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
  outside_limit numeric;
  outside numeric;
  reduces boolean;
BEGIN
  -- With one snapshot for the whole transaction the lock would be waited for, and what the others did not seen.
  IF current_setting('transaction_isolation') <> 'read committed' THEN
    RAISE EXCEPTION 'orders are reserved in a READ COMMITTED transaction, not in %', current_setting('transaction_isolation')
      USING ERRCODE = 'invalid_transaction_state';
  END IF;
  IF coalesce(p_order_id, '') = '' OR coalesce(p_account_id, '') = '' OR coalesce(p_symbol, '') = '' OR p_decided_at IS NULL
     OR coalesce(p_data_source, '') = '' OR p_side IS NULL OR p_side NOT IN ('buy', 'sell')
     OR p_order_type IS NULL OR p_order_type NOT IN ('market', 'limit', 'stop', 'stop_limit')
     OR p_quantity IS NULL OR NOT (p_quantity > 0 AND p_quantity < 'Infinity')
     OR NOT coalesce(p_price > 0 AND p_price < 'Infinity', true) OR NOT coalesce(p_stop_price > 0 AND p_stop_price < 'Infinity', true) THEN
    RAISE EXCEPTION 'order % can''t be judged: account %, symbol %, side %, type %, quantity %, price %, stop price %, decided at %, series %',
      p_order_id, p_account_id, p_symbol, p_side, p_order_type, p_quantity, p_price, p_stop_price, p_decided_at, p_data_source
      USING ERRCODE = 'invalid_parameter_value';
  END IF;
  PERFORM pg_advisory_xact_lock(hashtextextended('risk_management.account:' || p_account_id, 0));
  PERFORM FROM execution.placed_orders AS x WHERE x.order_id = p_order_id;
  IF FOUND THEN
    decision := 'known';
    RETURN;
  END IF;

  SELECT b.close, b."timestamp" AS at INTO bar FROM data_ingestion.bars AS b
   WHERE b.symbol = p_symbol AND b.data_source = p_data_source
     AND b."timestamp" <= p_decided_at AND b."timestamp" > p_decided_at - interval '366 days'
   ORDER BY b."timestamp" DESC LIMIT 1;
  reference_price := bar.close;
  -- The whole account in one statement, so in one snapshot: a fill moves shares from an order to a position between
  -- two of them. A symbol's worst value is that of its position once all its buys, or all its sells, are filled.
  SELECT coalesce(sum(s.held) FILTER (WHERE s.symbol = p_symbol), 0) AS held,
         coalesce(sum(s.buys) FILTER (WHERE s.symbol = p_symbol), 0) AS buys,
         coalesce(sum(s.sells) FILTER (WHERE s.symbol = p_symbol), 0) AS sells,
         max(s.price) FILTER (WHERE s.symbol = p_symbol) AS price,
         coalesce(sum(greatest(abs(s.held + s.buys), abs(s.held - s.sells)) * s.price) FILTER (WHERE s.symbol <> p_symbol), 0) AS others,
         coalesce(sum(s.pnl), 0) AS pnl INTO book
    FROM (SELECT e.symbol, sum(e.held) AS held, sum(e.buys) AS buys, sum(e.sells) AS sells, max(e.price) AS price, sum(e.pnl) AS pnl
            FROM (SELECT h.symbol, h.quantity AS held, 0 AS buys, 0 AS sells, coalesce(h.mark_price, h.avg_price) AS price,
                         h.realized_pnl + coalesce(h.quantity * h.mark_price - h.cost_basis, 0) AS pnl
                    FROM execution.holdings AS h WHERE h.account_id = p_account_id
                  UNION ALL
                  SELECT w.symbol, 0, CASE w.side WHEN 'buy' THEN w.leaves ELSE 0 END, CASE w.side WHEN 'sell' THEN w.leaves ELSE 0 END,
                         greatest(w.reference_price, w.price, w.stop_price), 0
                    FROM execution.working_orders AS w WHERE w.account_id = p_account_id) AS e
           GROUP BY e.symbol) AS s;
  SELECT * INTO kill FROM risk_management.active_kill(p_account_id, p_strategy_id, p_symbol);
  signed := CASE p_side WHEN 'buy' THEN p_quantity ELSE -p_quantity END;
  worst_price := greatest(reference_price, p_price, p_stop_price);
  -- All shares that could be sold (or bought back) are held, those of working orders on the same side included.
  reduces := CASE p_side WHEN 'sell' THEN p_quantity + book.sells <= book.held ELSE p_quantity + book.buys <= -book.held END;

  <<judged>>
  BEGIN
    IF kill.level IS NOT NULL AND (kill.level = 'halt' OR NOT reduces) THEN
      limit_type := 'kill_switch';
      reason := format('kill switch (%s, %s) set by %s: %s', concat_ws(' ', kill.scope, nullif(kill.target, '')), kill.level,
        kill.set_by, kill.reason);
      EXIT judged;
    END IF;
    EXIT judged WHEN reduces;

    -- A strategy's own limit binds beside its account's: the tighter of the two holds.
    SELECT array_agg(l.limit_type::text) FILTER (WHERE l.strategy = ''),
           min(l.limit_value) FILTER (WHERE l.limit_type = 'max_order_quantity'),
           min(l.limit_value) FILTER (WHERE l.limit_type = 'max_order_notional'),
           min(l.limit_value) FILTER (WHERE l.limit_type = 'price_collar'),
           min(l.limit_value) FILTER (WHERE l.limit_type = 'max_gross_exposure'),
           min(l.limit_value) FILTER (WHERE l.limit_type = 'max_daily_loss'),
           min(l.limit_value) FILTER (WHERE l.limit_type = 'max_drawdown'),
           max(l.limit_value) FILTER (WHERE l.limit_type = 'duplicate_window'),
           min(l.limit_value) FILTER (WHERE l.limit_type = 'max_orders_per_minute'),
           min(l.limit_value) FILTER (WHERE l.limit_type = 'max_price_age'),
           min(l.limit_value) FILTER (WHERE l.limit_type = 'max_outside_session')
      INTO types, max_order_quantity, max_order_notional, price_collar, max_gross_exposure, max_daily_loss, max_drawdown,
           duplicate_window, max_orders_per_minute, max_price_age, max_outside_session
      FROM risk_management.risk_limits AS l
     WHERE l.account_id = p_account_id AND l.strategy IN ('', coalesce(p_strategy_id, '')) AND l.active;
    -- Quantity and notional are those of the symbol's own row where it has any of the two, else those of `*`; the session is
    -- bound by both rows.
    SELECT x.max_quantity, x.max_notional, min(x.max_outside_session) OVER () AS max_outside_session INTO cap
      FROM risk_management.position_limits AS x WHERE x.account_id = p_account_id AND x.symbol IN (p_symbol, '*')
     ORDER BY num_nonnulls(x.max_quantity, x.max_notional) = 0, x.symbol = '*' LIMIT 1;
    SELECT s.capital, s.trading_day, s.day_open_pnl, s.last_pnl, s.peak_pnl INTO state
      FROM risk_management.account_states AS s WHERE s.account_id = p_account_id;

    -- Fail closed: what can't be measured is not allowed.
    IF (types @> '{max_order_quantity,max_order_notional,max_gross_exposure}') IS NOT TRUE THEN
      limit_type := 'limits_missing';
      SELECT format('account %s has no active limit for %s', p_account_id, string_agg(n.needed, ', ' ORDER BY n.place)) INTO reason
        FROM unnest(ARRAY['max_order_quantity', 'max_order_notional', 'max_gross_exposure']) WITH ORDINALITY AS n(needed, place)
       WHERE n.needed <> ALL (coalesce(types, '{}'));
      EXIT judged;
    END IF;
    IF reference_price IS NULL THEN
      limit_type := 'reference_price';
      reason := format('no price of %s in series %s in the year before %s', p_symbol, p_data_source, p_decided_at);
      EXIT judged;
    END IF;

    age := extract(epoch FROM p_decided_at - bar.at);
    limit_type := 'max_price_age';
    limit_value := coalesce(max_price_age, 432000);
    observed := age;
    EXIT judged WHEN observed > limit_value;

    -- The caller has the calendar and names the session of the date; a session of another date is none.
    outside_limit := least(max_outside_session, cap.max_outside_session);
    IF outside_limit IS NOT NULL THEN
      limit_type := 'max_outside_session';
      limit_value := outside_limit;
      observed := greatest(0, extract(epoch FROM p_session_open - p_decided_at), extract(epoch FROM p_decided_at - p_session_close));
      IF ((p_session_open AT TIME ZONE 'America/New_York')::date = (p_decided_at AT TIME ZONE 'America/New_York')::date
          AND p_session_close > p_session_open) IS NOT TRUE THEN
        observed := NULL;
        reason := format('max_outside_session is %s, there is no session of XNYS on that date, or none is known', trim_scale(limit_value));
        EXIT judged;
      END IF;
      outside := observed;
      EXIT judged WHEN observed > limit_value;
    END IF;

    limit_type := 'max_order_quantity';
    limit_value := max_order_quantity;
    observed := p_quantity;
    EXIT judged WHEN observed > limit_value;

    limit_type := 'max_order_notional';
    limit_value := max_order_notional;
    observed := p_quantity * worst_price;
    EXIT judged WHEN observed > limit_value;

    limit_type := 'price_collar';
    limit_value := price_collar;
    observed := greatest(abs(p_price - reference_price), abs(p_stop_price - reference_price)) / reference_price;
    EXIT judged WHEN observed > limit_value;

    held_after := CASE p_side WHEN 'buy' THEN book.held + book.buys + p_quantity ELSE book.sells + p_quantity - book.held END;
    limit_type := 'max_position_quantity';
    limit_value := cap.max_quantity;
    observed := held_after;
    EXIT judged WHEN observed > limit_value;
    limit_type := 'max_position_notional';
    limit_value := cap.max_notional;
    observed := held_after * greatest(worst_price, book.price);
    EXIT judged WHEN observed > limit_value;

    gross_after := book.others + greatest(
      abs(book.held + book.buys + greatest(signed, 0)), abs(book.held - book.sells + least(signed, 0))) * greatest(worst_price, book.price);
    limit_type := 'max_gross_exposure';
    limit_value := max_gross_exposure;
    observed := gross_after;
    EXIT judged WHEN observed > limit_value;

    -- Until the monitor has seen the day, it opens at what the monitor saw last.
    day_loss := greatest(0, CASE WHEN state.trading_day >= (p_decided_at AT TIME ZONE 'America/New_York')::date
                                 THEN state.day_open_pnl ELSE coalesce(state.last_pnl, 0) END - book.pnl);
    limit_type := 'max_daily_loss';
    limit_value := max_daily_loss;
    observed := day_loss;
    EXIT judged WHEN observed >= limit_value;

    IF max_drawdown IS NOT NULL THEN
      limit_type := 'max_drawdown';
      limit_value := max_drawdown;
      IF state.capital IS NULL THEN
        observed := NULL;
        reason := format('max_drawdown can''t be measured: account %s has no capital on record', p_account_id);
        EXIT judged;
      END IF;
      drawdown := greatest(0, state.peak_pnl - book.pnl) / greatest(state.capital + state.peak_pnl, state.capital);
      observed := drawdown;
      EXIT judged WHEN observed >= limit_value;
    END IF;

    IF duplicate_window IS NOT NULL THEN
      SELECT x.order_id, abs(extract(epoch FROM p_decided_at - x.decided_at)) INTO twin, observed
        FROM execution.placed_orders AS x
       WHERE x.account_id = p_account_id AND x.symbol = p_symbol AND x.side::text = p_side AND x.order_type::text = p_order_type
         AND x.quantity = p_quantity AND x.price IS NOT DISTINCT FROM p_price AND x.stop_price IS NOT DISTINCT FROM p_stop_price
         AND x.status <> 'rejected'
         AND x.decided_at > p_decided_at - make_interval(secs => duplicate_window::float8)
         AND x.decided_at < p_decided_at + make_interval(secs => duplicate_window::float8)
       LIMIT 1;
      IF FOUND THEN
        limit_type := 'duplicate_window';
        limit_value := duplicate_window;
        reason := format('the same order, %s, was placed %s s away, within the window of %s s', twin, trim_scale(observed), trim_scale(limit_value));
        EXIT judged;
      END IF;
    END IF;

    IF max_orders_per_minute IS NOT NULL THEN
      SELECT count(*) + 1 INTO count_after
        FROM (SELECT FROM execution.placed_orders AS x
               WHERE x.account_id = p_account_id AND x.decided_at > p_decided_at - interval '1 minute' AND x.decided_at <= p_decided_at
               LIMIT max_orders_per_minute::bigint + 1) AS recent;
      limit_type := 'max_orders_per_minute';
      limit_value := max_orders_per_minute;
      observed := count_after;
      EXIT judged WHEN observed > limit_value;
    END IF;

    limit_type := NULL;
  END;

  IF limit_type IS NULL THEN
    decision := 'allowed';
    limit_value := NULL;
    observed := NULL;
    IF reduces THEN
      checks := jsonb_build_object('reduces_only', true, 'held', book.held::text);
      RETURN;
    END IF;
    checks := jsonb_strip_nulls(jsonb_build_object(
      'max_price_age', jsonb_build_array(trim_scale(coalesce(max_price_age, 432000))::text, trim_scale(age)::text),
      'max_outside_session', CASE WHEN outside_limit IS NOT NULL THEN jsonb_build_array(trim_scale(outside_limit)::text, trim_scale(outside)::text) END,
      'max_order_quantity', jsonb_build_array(trim_scale(max_order_quantity)::text, trim_scale(p_quantity)::text),
      'max_order_notional', jsonb_build_array(trim_scale(max_order_notional)::text, trim_scale(p_quantity * worst_price)::text),
      'max_position_quantity', CASE WHEN cap.max_quantity IS NOT NULL THEN jsonb_build_array(trim_scale(cap.max_quantity)::text, trim_scale(held_after)::text) END,
      'max_position_notional', CASE WHEN cap.max_notional IS NOT NULL THEN jsonb_build_array(trim_scale(cap.max_notional)::text, trim_scale(held_after * greatest(worst_price, book.price))::text) END,
      'max_gross_exposure', jsonb_build_array(trim_scale(max_gross_exposure)::text, trim_scale(gross_after)::text),
      'max_daily_loss', CASE WHEN max_daily_loss IS NOT NULL THEN jsonb_build_array(trim_scale(max_daily_loss)::text, trim_scale(day_loss)::text) END,
      'max_drawdown', CASE WHEN max_drawdown IS NOT NULL THEN jsonb_build_array(trim_scale(max_drawdown)::text, trim_scale(round(drawdown, 6))::text) END,
      'max_orders_per_minute', CASE WHEN max_orders_per_minute IS NOT NULL THEN jsonb_build_array(trim_scale(max_orders_per_minute)::text, count_after::text) END));
    RETURN;
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
    'denied:' || left(p_order_id, 93), p_account_id, 'order_denied', CASE limit_type WHEN 'kill_switch' THEN 'critical' ELSE 'warning' END,
    format('order %s (%s %s %s) denied: %s', p_order_id, p_side, trim_scale(p_quantity), p_symbol, reason),
    jsonb_build_object('orderId', p_order_id, 'symbol', p_symbol, 'side', p_side, 'quantity', trim_scale(p_quantity)::text,
      'strategyId', p_strategy_id, 'limit', limit_type, 'limitValue', limit_value::text, 'observed', observed::text,
      'referencePrice', trim_scale(reference_price)::text),
    p_decided_at, p_correlation_id, p_causation_id);
END
$$;
