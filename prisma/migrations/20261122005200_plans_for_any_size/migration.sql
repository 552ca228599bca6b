-- What an order costs is to be the same with ten million orders in the tables: the functions of its path are planned once a
-- session and by index (`force_generic_plan`, no sequential and no bitmap scans), because a plan that was made while the tables
-- were small must still be right then. Here are kill switches, the limit that binds orders to the session, one link of a
-- position's chain, the judges and verification. The functions that place and book what they share this with are dropped here
-- and come back in 20261122005500 and 20261122005540: the three belong together.

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

DROP FUNCTION risk_management.reserve_order(text, text, text, text, text, numeric, numeric, numeric, text, timestamptz, text, text, text);

DROP FUNCTION execution.place_orders(jsonb, boolean);
DROP FUNCTION execution.book_fills(jsonb);
DROP FUNCTION execution.order_event(execution.orders, execution.order_status, timestamptz, text);
DROP FUNCTION execution.append_gathered(execution.gathered_event[]);
DROP TYPE execution.gathered_event;
DROP TYPE execution.gathered_log;

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

-- One link of a position's chain, on its own.
CREATE OR REPLACE FUNCTION execution.book_trade(
  o execution.orders, p_kind text, p_corrects text, p_execution_id text, p_side execution.order_side, p_quantity numeric,
  p_price numeric, p_commission numeric, p_executed_at timestamptz, p_settlement_date date, p_correlation_id text,
  OUT trade execution.trades, OUT held execution.positions, OUT net_filled numeric, OUT net_average numeric)
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off SET enable_bitmapscan = off AS $$
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

-- The judges. That an order equals its trades is looked at with the trade itself: one trigger less. A judge first compares the
-- row that it was called for; that row may have been changed again since, and only the last of them must be right.
DROP TRIGGER trade_is_in_its_order ON execution.trades;
CREATE OR REPLACE FUNCTION execution.judge_order() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan SET enable_seqscan = off SET enable_bitmapscan = off AS $$
DECLARE
  derived record;
  last record;
BEGIN
  SELECT f.quantity, f.busted, execution.average_price(f.paid, f.quantity) AS average INTO derived FROM execution.filled(NEW.order_id) AS f;
  IF (NEW.filled_quantity, NEW.busted_quantity, NEW.avg_fill_price) IS NOT DISTINCT FROM (derived.quantity, derived.busted, derived.average) THEN
    RETURN NULL;
  END IF;
  SELECT o.filled_quantity, o.busted_quantity, o.avg_fill_price INTO last FROM execution.orders AS o WHERE o.order_id = NEW.order_id;
  IF FOUND AND last IS DISTINCT FROM derived THEN
    RAISE EXCEPTION 'order % says filled %, busted %, average %; its trades say %, %, %', NEW.order_id,
      last.filled_quantity, last.busted_quantity, last.avg_fill_price, derived.quantity, derived.busted, derived.average
      USING ERRCODE = 'check_violation', SCHEMA = 'execution', TABLE = 'orders', CONSTRAINT = 'order_equals_its_trades';
  END IF;
  RETURN NULL;
END
$$;
CREATE OR REPLACE FUNCTION execution.judge_trade() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off SET enable_bitmapscan = off AS $$
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
SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan SET enable_seqscan = off SET enable_bitmapscan = off AS $$
DECLARE
  derived record;
  last record;
BEGIN
  SELECT t.position_seq, t.position_quantity, t.position_cost, t.position_avg_price, t.position_realized INTO derived
    FROM execution.trades AS t WHERE t.account_id = NEW.account_id AND t.symbol = NEW.symbol AND t.position_seq > 0
   ORDER BY t.position_seq DESC LIMIT 1;
  IF NOT FOUND THEN
    SELECT 0::bigint AS position_seq, 0.0 AS position_quantity, 0.0 AS position_cost, 0.0 AS position_avg_price, 0.0 AS position_realized INTO derived;
  END IF;
  IF (NEW.trade_count, NEW.quantity, NEW.cost_basis, NEW.avg_price, NEW.realized_pnl) IS NOT DISTINCT FROM
     (derived.position_seq, derived.position_quantity, derived.position_cost, derived.position_avg_price, derived.position_realized) THEN
    RETURN NULL;
  END IF;
  SELECT p.trade_count, p.quantity, p.cost_basis, p.avg_price, p.realized_pnl INTO last
    FROM execution.positions AS p WHERE p.account_id = NEW.account_id AND p.symbol = NEW.symbol;
  IF FOUND AND last IS DISTINCT FROM derived THEN
    RAISE EXCEPTION 'position % of account % is % at % after % trades; its trades leave % at % after %', NEW.symbol, NEW.account_id,
      last.quantity, last.cost_basis, last.trade_count, derived.position_quantity, derived.position_cost, derived.position_seq
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
