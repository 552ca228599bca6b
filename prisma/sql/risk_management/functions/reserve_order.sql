-- Decides on an order inside the transaction that creates it. Until that transaction ends, no other order of the
-- account is decided; the next one sees this order among the working orders. So the checks stay true, however many
-- orders come at once. The row of the order is its reservation: fills and cancels release it, because they change that
-- row. A denial is recorded and published here, so it exists if, and only if, the rejected order does.
-- Called by: execution.place_order, with its rights and settings. No role may call it.
-- Locks: the account's row of risk_management.account_locks, until the transaction ends. A caller that reserves for several accounts takes
-- them in the order of their ids, so that two callers can't deadlock here. A deadlock is still possible: a replacement
-- has locked the old order before, and a new order id is locked from its insert to the commit. PostgreSQL then ends one
-- of the transactions, and execution repeats it.
-- Isolation: READ COMMITTED.
-- Raises: what require_judgeable and record_event raise. A denied order is no error.
CREATE OR REPLACE FUNCTION risk_management.reserve_order(
  p_order_id text, p_account_id text, p_symbol text, p_side text, p_order_type text, p_quantity numeric, p_price numeric,
  p_stop_price numeric, p_strategy_id text, p_decided_at timestamptz, p_data_source text, p_correlation_id text,
  p_causation_id text, p_session_open timestamptz, p_session_close timestamptz, p_at_broker boolean,
  OUT decision text, OUT limit_type text, OUT limit_value numeric, OUT observed numeric, OUT reason text,
  OUT reference_price numeric, OUT checks jsonb)
LANGUAGE plpgsql AS $$
DECLARE
  bar record;
  book record;
  limits record;
  cap record;
  state record;
  twin record;
  -- Seconds since the decision by the wall clock; the market's own time is p_decided_at.
  decision_age numeric;
  decision_age_limit numeric;
  price_age numeric;
  outside numeric;
  outside_limit numeric;
  -- The most that a share may cost: the highest of the last price and the order's own prices.
  worst_price numeric;
  position_price numeric;
  held_after numeric;
  gross_after numeric;
  collar numeric;
  day_loss numeric;
  drawdown numeric;
  -- Equity times the multiple of the account.
  buying_power numeric;
  in_minute numeric;
  reduces boolean;
BEGIN
  PERFORM risk_management.require_judgeable(p_order_id, p_account_id, p_symbol, p_side, p_order_type, p_quantity, p_price,
    p_stop_price, p_decided_at, p_data_source);
  PERFORM risk_management.lock_account(p_account_id);
  PERFORM FROM execution.placed_orders AS x WHERE x.order_id = p_order_id;
  IF FOUND THEN
    decision := 'known';
    RETURN;
  END IF;

  SELECT * INTO bar FROM risk_management.last_price(p_symbol, p_data_source, p_decided_at);
  SELECT * INTO book FROM risk_management.exposure(p_account_id, p_symbol);
  reference_price := bar.close;
  reduces := risk_management.only_reduces(p_side, p_quantity, book.held, book.buys, book.sells);

  <<decided>>
  BEGIN
    reason := risk_management.kill_reason(p_account_id, p_strategy_id, p_symbol, reduces);
    IF reason IS NOT NULL THEN
      limit_type := 'kill_switch';
      EXIT decided;
    END IF;
    -- An order at a remote broker executes now, at today's prices. So the decision must be recent, even if the order only reduces.
    IF p_at_broker THEN
      decision_age := extract(epoch FROM clock_timestamp() - p_decided_at);
      decision_age_limit := risk_management.max_decision_age(p_account_id, p_strategy_id);
      IF decision_age > decision_age_limit THEN
        limit_type := 'max_decision_age';
        limit_value := decision_age_limit;
        observed := round(decision_age);
        EXIT decided;
      END IF;
    END IF;
    EXIT decided WHEN reduces;

    SELECT * INTO limits FROM risk_management.binding_limits(p_account_id, p_strategy_id);
    reason := risk_management.missing_limits(p_account_id, limits.account_types);
    IF reason IS NOT NULL THEN
      limit_type := 'limits_missing';
      EXIT decided;
    END IF;
    IF reference_price IS NULL THEN
      limit_type := 'reference_price';
      reason := format('no price of %s in series %s in the year before %s', p_symbol, p_data_source, p_decided_at);
      EXIT decided;
    END IF;
    SELECT * INTO cap FROM risk_management.position_cap(p_account_id, p_symbol);
    SELECT s.capital, s.trading_day, s.day_open_pnl, s.last_pnl, s.peak_pnl INTO state
      FROM risk_management.account_states AS s WHERE s.account_id = p_account_id;

    price_age := extract(epoch FROM p_decided_at - bar.at);
    outside_limit := least(limits.max_outside_session, cap.max_outside_session);
    outside := risk_management.seconds_outside_session(p_decided_at, p_session_open, p_session_close);
    worst_price := greatest(reference_price, p_price, p_stop_price);
    position_price := greatest(worst_price, book.price);
    collar := risk_management.distance_from_price(p_price, p_stop_price, reference_price);
    held_after := risk_management.position_after(p_side, p_quantity, book.held, book.buys, book.sells);
    gross_after := book.others + position_price
      * risk_management.symbol_quantity_after(p_side, p_quantity, book.held, book.buys, book.sells);
    day_loss := risk_management.loss_today(state.trading_day, state.day_open_pnl, state.last_pnl, book.pnl, p_decided_at);
    drawdown := risk_management.below_peak(state.capital, state.peak_pnl, book.pnl);

    buying_power := round((state.capital + book.pnl) * limits.max_buying_power, 4);

    -- The rules in the order in which they are checked. A limit that is not set is null and stops nothing.
    limit_type := CASE
      WHEN price_age > limits.max_price_age THEN 'max_price_age'
      WHEN outside_limit IS NOT NULL AND coalesce(outside > outside_limit, true) THEN 'max_outside_session'
      WHEN p_quantity > limits.max_order_quantity THEN 'max_order_quantity'
      WHEN p_quantity * worst_price > limits.max_order_notional THEN 'max_order_notional'
      WHEN collar > limits.price_collar THEN 'price_collar'
      WHEN held_after > cap.max_quantity THEN 'max_position_quantity'
      WHEN held_after * position_price > cap.max_notional THEN 'max_position_notional'
      WHEN gross_after > limits.max_gross_exposure THEN 'max_gross_exposure'
      WHEN limits.max_buying_power IS NOT NULL AND coalesce(gross_after > buying_power, true) THEN 'max_buying_power'
      WHEN day_loss >= limits.max_daily_loss THEN 'max_daily_loss'
      WHEN limits.max_drawdown IS NOT NULL AND coalesce(drawdown >= limits.max_drawdown, true) THEN 'max_drawdown'
    END;
    IF limit_type IS NOT NULL THEN
      limit_value := CASE limit_type
        WHEN 'max_price_age' THEN limits.max_price_age WHEN 'max_outside_session' THEN outside_limit
        WHEN 'max_order_quantity' THEN limits.max_order_quantity WHEN 'max_order_notional' THEN limits.max_order_notional
        WHEN 'price_collar' THEN limits.price_collar WHEN 'max_position_quantity' THEN cap.max_quantity
        WHEN 'max_position_notional' THEN cap.max_notional WHEN 'max_gross_exposure' THEN limits.max_gross_exposure
        WHEN 'max_buying_power' THEN coalesce(buying_power, limits.max_buying_power)
        WHEN 'max_daily_loss' THEN limits.max_daily_loss WHEN 'max_drawdown' THEN limits.max_drawdown END;
      observed := CASE limit_type
        WHEN 'max_price_age' THEN price_age WHEN 'max_outside_session' THEN outside
        WHEN 'max_order_quantity' THEN p_quantity WHEN 'max_order_notional' THEN p_quantity * worst_price
        WHEN 'price_collar' THEN collar WHEN 'max_position_quantity' THEN held_after
        WHEN 'max_position_notional' THEN held_after * position_price WHEN 'max_gross_exposure' THEN gross_after
        WHEN 'max_buying_power' THEN CASE WHEN buying_power IS NOT NULL THEN gross_after END
        WHEN 'max_daily_loss' THEN day_loss WHEN 'max_drawdown' THEN drawdown END;
      -- Fail closed: where a limit is set and its value can't be measured, the order is denied with the cause.
      reason := CASE WHEN observed IS NOT NULL THEN NULL
        WHEN limit_type IN ('max_drawdown', 'max_buying_power')
          THEN format('%s can''t be measured: account %s has no capital on record', limit_type, p_account_id)
        ELSE format('max_outside_session is %s, there is no session of XNYS on that date, or none is known',
               trim_scale(limit_value)) END;
      EXIT decided;
    END IF;

    IF limits.duplicate_window IS NOT NULL THEN
      SELECT * INTO twin FROM risk_management.same_order(p_account_id, p_symbol, p_side, p_order_type, p_quantity, p_price,
        p_stop_price, p_decided_at, limits.duplicate_window);
      IF FOUND THEN
        limit_type := 'duplicate_window';
        limit_value := limits.duplicate_window;
        observed := twin.seconds_away;
        reason := format('the same order, %s, was placed %s s away, within the window of %s s', twin.order_id,
          trim_scale(observed), trim_scale(limit_value));
        EXIT decided;
      END IF;
    END IF;
    IF limits.max_orders_per_minute IS NOT NULL THEN
      SELECT n.orders INTO in_minute
        FROM risk_management.orders_in_minute(p_account_id, p_decided_at, limits.max_orders_per_minute) AS n;
      IF in_minute > limits.max_orders_per_minute THEN
        limit_type := 'max_orders_per_minute';
        limit_value := limits.max_orders_per_minute;
        observed := in_minute;
      END IF;
    END IF;
  END;

  IF limit_type IS NULL THEN
    decision := 'allowed';
    IF reduces THEN
      checks := jsonb_build_object('reduces_only', true, 'held', book.held::text);
    ELSE
      checks := jsonb_strip_nulls(jsonb_build_object(
        'max_price_age', risk_management.check_pair(limits.max_price_age, price_age),
        'max_outside_session', risk_management.check_pair(outside_limit, outside),
        'max_order_quantity', risk_management.check_pair(limits.max_order_quantity, p_quantity),
        'max_order_notional', risk_management.check_pair(limits.max_order_notional, p_quantity * worst_price),
        'max_position_quantity', risk_management.check_pair(cap.max_quantity, held_after),
        'max_position_notional', risk_management.check_pair(cap.max_notional, held_after * position_price),
        'max_gross_exposure', risk_management.check_pair(limits.max_gross_exposure, gross_after),
        'max_buying_power', risk_management.check_pair(buying_power, gross_after),
        'max_daily_loss', risk_management.check_pair(limits.max_daily_loss, day_loss),
        'max_drawdown', risk_management.check_pair(limits.max_drawdown, round(drawdown, 6)),
        'max_orders_per_minute', risk_management.check_pair(limits.max_orders_per_minute, in_minute)));
    END IF;
    IF p_at_broker THEN
      checks := checks || jsonb_build_object(
        'max_decision_age', risk_management.check_pair(decision_age_limit, round(decision_age)));
    END IF;
    RETURN;
  END IF;

  decision := 'denied';
  observed := trim_scale(round(observed, 8));
  limit_value := trim_scale(limit_value);
  reason := coalesce(reason, risk_management.denial_reason(limit_type, limit_value, observed));
  PERFORM risk_management.raise_denial(p_order_id, p_account_id, p_symbol, p_side, p_quantity, p_strategy_id, limit_type,
    limit_value, observed, reason, reference_price, p_decided_at, p_correlation_id, p_causation_id);
END
$$;

COMMENT ON FUNCTION risk_management.reserve_order IS
  'Decides on an order inside the transaction that creates it: allowed, denied with the limit and reason, or known already.';
