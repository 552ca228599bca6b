-- The database is the last judge: what contradicts the trades can't be committed, whoever writes it.

-- A bust is a correcting entry, never an edit: a trade of the other side at the same price, with the commission given back.
ALTER TABLE execution.trades
  ADD COLUMN kind VARCHAR(10) NOT NULL DEFAULT 'fill',
  ADD COLUMN corrects_trade_id VARCHAR(100),
  ADD COLUMN position_avg_price DECIMAL(15,4) NOT NULL DEFAULT 0,
  ADD COLUMN position_realized DECIMAL(23,8) NOT NULL DEFAULT 0,
  ADD CONSTRAINT valid_kind CHECK (kind IN ('fill', 'bust') AND (kind = 'bust') = (corrects_trade_id IS NOT NULL)),
  ADD CONSTRAINT trades_corrects_trade_id_key UNIQUE (corrects_trade_id),
  ADD CONSTRAINT trades_corrects_trade_id_fkey FOREIGN KEY (corrects_trade_id) REFERENCES execution.trades (trade_id)
    ON DELETE RESTRICT ON UPDATE RESTRICT;
-- One trade a number: the chain of a position can't fork.
DROP INDEX execution.trades_account_id_symbol_position_seq_idx;
CREATE UNIQUE INDEX trades_one_chain ON execution.trades (account_id, symbol, position_seq) WHERE position_seq > 0;

-- filled_quantity is net of busts; an order that was filled stays so, whatever is taken back.
ALTER TABLE execution.orders
  ADD COLUMN busted_quantity DECIMAL(15,4) NOT NULL DEFAULT 0,
  ADD COLUMN replaces_order_id VARCHAR(100),
  ADD CONSTRAINT valid_busted_quantity CHECK (busted_quantity >= 0 AND busted_quantity < 'NaN'),
  ADD CONSTRAINT orders_replaces_order_id_key UNIQUE (replaces_order_id),
  ADD CONSTRAINT orders_replaces_order_id_fkey FOREIGN KEY (replaces_order_id) REFERENCES execution.orders (order_id)
    ON DELETE RESTRICT ON UPDATE RESTRICT;
ALTER TABLE execution.orders DROP CONSTRAINT valid_filled_quantity;
ALTER TABLE execution.orders ADD CONSTRAINT valid_filled_quantity CHECK (
  filled_quantity BETWEEN 0 AND quantity
  AND CASE status WHEN 'filled' THEN filled_quantity = quantity OR busted_quantity > 0
                  WHEN 'partially_filled' THEN filled_quantity < quantity AND (filled_quantity > 0 OR busted_quantity > 0)
                  WHEN 'cancelled' THEN true
                  WHEN 'rejected' THEN true
                  ELSE filled_quantity = 0 END);

-- Writes one link of a position's chain: the trade, the position after it, the order's net fill and its average.
-- The caller holds the order's row lock; this takes the position's, before it numbers the trade.
CREATE FUNCTION execution.book_trade(
  o execution.orders, p_kind text, p_corrects text, p_execution_id text, p_side execution.order_side, p_quantity numeric,
  p_price numeric, p_commission numeric, p_executed_at timestamptz, p_settlement_date date, p_correlation_id text,
  OUT trade execution.trades, OUT held execution.positions, OUT net_filled numeric, OUT net_average numeric)
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  p execution.positions;
  after record;
  -- A fill after the last mark is the newest price there is. marked_at stays: the bar's own mark is still to come.
  mark numeric;
BEGIN
  INSERT INTO execution.positions (account_id, symbol, quantity, avg_price) VALUES (o.account_id, o.symbol, 0, 0)
    ON CONFLICT (account_id, symbol) DO NOTHING;
  SELECT * INTO p FROM execution.positions AS t WHERE t.account_id = o.account_id AND t.symbol = o.symbol FOR UPDATE;
  SELECT * INTO after FROM execution.apply_fill(
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
   WHERE t.account_id = o.account_id AND t.symbol = o.symbol
   RETURNING * INTO held;
  -- From the fills themselves: an average of averages would drift.
  SELECT f.quantity, f.average INTO net_filled, net_average FROM execution.filled(o.order_id) AS f;
END
$$;

-- What an order's trades come to, net of busts: how much, and at what average; null where nothing is left.
CREATE FUNCTION execution.filled(p_order_id text, OUT quantity numeric, OUT busted numeric, OUT average numeric)
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT s.net, s.busted, CASE WHEN s.net > 0 THEN div(s.paid * 20000 + s.net, s.net * 2) * 0.0001 END
    FROM (SELECT coalesce(sum(CASE t.kind WHEN 'fill' THEN t.quantity ELSE -t.quantity END), 0) AS net,
                 coalesce(sum(CASE t.kind WHEN 'fill' THEN t.quantity ELSE -t.quantity END * t.price), 0) AS paid,
                 coalesce(sum(t.quantity) FILTER (WHERE t.kind = 'bust'), 0) AS busted
            FROM execution.trades AS t WHERE t.order_id = p_order_id) AS s
$$;

DROP FUNCTION execution.book_fill(text, text, numeric, numeric, numeric, timestamptz, date, text);
-- Books one execution, once: the trade, the order's filled quantity, average and status, the position, its P&L, the log.
-- Everything happens in one statement of the caller's, under the order's and the position's row locks, so fills at once
-- wait for each other and none is lost. `outcome` says what was done:
--   booked          as usual
--   late            booked, though the order was already cancelled or rejected
--   duplicate       nothing: this execution is booked, with the same values
--   conflicting     nothing: this execution id is booked with other values
--   over_fill       nothing but a log row: the order would be filled beyond its quantity
--   unknown_order   nothing: there is no such order
CREATE FUNCTION execution.book_fill(
  p_order_id text, p_execution_id text, p_quantity numeric, p_price numeric, p_commission numeric,
  p_executed_at timestamptz, p_settlement_date date, p_correlation_id text)
RETURNS TABLE (
  outcome text, trade_id text, previous_status execution.order_status, status execution.order_status,
  filled_quantity numeric, avg_fill_price numeric, trade_realized_pnl numeric,
  position_quantity numeric, position_avg_price numeric, position_realized_pnl numeric, unrealized_pnl numeric,
  market_value numeric, mark_price numeric)
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  o execution.orders;
  known execution.trades;
  booked record;
  -- A fill of an order that is still pending says that the broker has it: it was submitted on the way.
  working execution.order_status;
  target execution.order_status;
BEGIN
  IF NOT (p_quantity > 0 AND p_quantity < 'Infinity' AND p_price > 0 AND p_price < 'Infinity' AND abs(p_commission) < 'Infinity')
     OR p_quantity IS NULL OR p_price IS NULL OR p_commission IS NULL
     OR scale(trim_scale(p_quantity)) > 4 OR scale(trim_scale(p_price)) > 4 OR scale(trim_scale(p_commission)) > 4 THEN
    RAISE EXCEPTION 'fill % of order % has quantity %, price %, commission %: the first two must be above 0 and none may have more than 4 decimals',
      p_execution_id, p_order_id, p_quantity, p_price, p_commission USING ERRCODE = 'invalid_parameter_value';
  END IF;
  SELECT * INTO o FROM execution.orders AS t WHERE t.order_id = p_order_id FOR UPDATE;
  IF NOT FOUND THEN
    outcome := 'unknown_order';
    RETURN NEXT;
    RETURN;
  END IF;
  previous_status := o.status;
  status := o.status;
  filled_quantity := o.filled_quantity;
  avg_fill_price := o.avg_fill_price;

  SELECT * INTO known FROM execution.trades AS t WHERE t.account_id = o.account_id AND t.execution_id = p_execution_id;
  IF FOUND THEN
    trade_id := known.trade_id;
    outcome := CASE WHEN known.order_id = p_order_id AND known.quantity = p_quantity AND known.price = p_price
                    THEN 'duplicate' ELSE 'conflicting' END;
    RETURN NEXT;
    RETURN;
  END IF;
  IF o.filled_quantity + p_quantity > o.quantity THEN
    INSERT INTO execution.execution_logs (order_id, from_status, to_status, event, details, correlation_id)
      SELECT o.order_id, o.status, o.status, 'over_fill_refused',
             jsonb_build_object('executionId', p_execution_id, 'quantity', p_quantity::text, 'price', p_price::text), p_correlation_id
       WHERE NOT EXISTS (SELECT FROM execution.execution_logs AS l WHERE l.order_id = o.order_id
                            AND l.event = 'over_fill_refused' AND l.details ->> 'executionId' = p_execution_id);
    outcome := 'over_fill';
    RETURN NEXT;
    RETURN;
  END IF;

  booked := execution.book_trade(o, 'fill', NULL, p_execution_id, o.side, p_quantity, p_price, p_commission, p_executed_at,
    p_settlement_date, p_correlation_id);
  filled_quantity := booked.net_filled;
  avg_fill_price := booked.net_average;
  position_quantity := (booked.held).quantity;
  position_avg_price := (booked.held).avg_price;
  position_realized_pnl := (booked.held).realized_pnl;
  unrealized_pnl := (booked.held).unrealized_pnl;
  market_value := (booked.held).market_value;
  mark_price := (booked.held).mark_price;
  trade_id := (booked.trade).trade_id;
  trade_realized_pnl := (booked.trade).realized_pnl;
  target := CASE WHEN o.status IN ('filled', 'cancelled', 'rejected') THEN o.status
                 WHEN filled_quantity = o.quantity THEN 'filled' ELSE 'partially_filled' END;
  working := o.status;
  IF o.status = 'pending' THEN
    UPDATE execution.orders AS t SET status = 'submitted' WHERE t.order_id = o.order_id;
    INSERT INTO execution.execution_logs (order_id, from_status, to_status, event, correlation_id)
      VALUES (o.order_id, 'pending', 'submitted', 'acknowledged_by_fill', p_correlation_id);
    working := 'submitted';
  END IF;
  UPDATE execution.orders AS t SET status = target, filled_quantity = book_fill.filled_quantity, avg_fill_price = book_fill.avg_fill_price
   WHERE t.order_id = o.order_id;
  outcome := CASE WHEN o.status IN ('cancelled', 'rejected') THEN 'late' ELSE 'booked' END;
  INSERT INTO execution.execution_logs (order_id, from_status, to_status, event, details, correlation_id)
    VALUES (o.order_id, working, target, CASE outcome WHEN 'late' THEN 'late_fill' ELSE 'fill' END,
      jsonb_build_object('tradeId', trade_id, 'quantity', p_quantity::text, 'price', p_price::text), p_correlation_id);
  status := target;
  RETURN NEXT;
END
$$;

-- Takes a booked execution back, once: the correcting trade, the order's net fill, the position, the log. `outcome` is
-- busted, duplicate (it was busted before) or unknown_trade.
CREATE FUNCTION execution.bust_fill(p_account_id text, p_execution_id text, p_busted_at timestamptz, p_settlement_date date, p_correlation_id text)
RETURNS TABLE (
  outcome text, trade_id text, order_id text, symbol text, side execution.order_side, quantity numeric, price numeric, commission numeric,
  strategy text, trade_realized_pnl numeric, position_quantity numeric, position_avg_price numeric, position_realized_pnl numeric,
  unrealized_pnl numeric, market_value numeric, mark_price numeric)
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  t execution.trades;
  o execution.orders;
  booked record;
BEGIN
  SELECT * INTO t FROM execution.trades AS x WHERE x.account_id = p_account_id AND x.execution_id = p_execution_id AND x.kind = 'fill';
  IF NOT FOUND THEN
    outcome := 'unknown_trade';
    RETURN NEXT;
    RETURN;
  END IF;
  SELECT * INTO o FROM execution.orders AS x WHERE x.order_id = t.order_id FOR UPDATE;
  IF EXISTS (SELECT FROM execution.trades AS x WHERE x.corrects_trade_id = t.trade_id) THEN
    outcome := 'duplicate';
    RETURN NEXT;
    RETURN;
  END IF;
  booked := execution.book_trade(o, 'bust', t.trade_id, 'bust-' || left(encode(sha256(convert_to(p_execution_id, 'UTF8')), 'hex'), 40),
    CASE t.side WHEN 'buy' THEN 'sell' ELSE 'buy' END::execution.order_side, t.quantity, t.price, -t.commission, p_busted_at,
    p_settlement_date, p_correlation_id);
  UPDATE execution.orders AS x
     SET filled_quantity = booked.net_filled, avg_fill_price = booked.net_average, busted_quantity = x.busted_quantity + t.quantity
   WHERE x.order_id = o.order_id;
  INSERT INTO execution.execution_logs (order_id, from_status, to_status, event, details, correlation_id)
    VALUES (o.order_id, o.status, o.status, 'bust', jsonb_build_object('tradeId', (booked.trade).trade_id, 'corrects', t.trade_id), p_correlation_id);
  RETURN QUERY SELECT 'busted', (booked.trade).trade_id::text, o.order_id::text, o.symbol::text, (booked.trade).side, t.quantity, t.price, -t.commission,
    o.strategy::text, (booked.trade).realized_pnl, (booked.held).quantity, (booked.held).avg_price, (booked.held).realized_pnl,
    (booked.held).unrealized_pnl, (booked.held).market_value, (booked.held).mark_price;
END
$$;

-- The judges. Deferred: they look at what a transaction leaves behind, and raise before it commits.
CREATE FUNCTION execution.judge_order() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  o execution.orders;
  derived record;
BEGIN
  SELECT * INTO o FROM execution.orders AS x WHERE x.order_id = NEW.order_id;
  SELECT * INTO derived FROM execution.filled(NEW.order_id);
  IF (o.filled_quantity, o.busted_quantity, o.avg_fill_price) IS DISTINCT FROM (derived.quantity, derived.busted, derived.average) THEN
    RAISE EXCEPTION 'order % says filled %, busted %, average %; its trades say %, %, %', NEW.order_id,
      o.filled_quantity, o.busted_quantity, o.avg_fill_price, derived.quantity, derived.busted, derived.average
      USING ERRCODE = 'check_violation', SCHEMA = 'execution', TABLE = 'orders', CONSTRAINT = 'order_equals_its_trades';
  END IF;
  RETURN NULL;
END
$$;
CREATE FUNCTION execution.judge_trade() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  previous execution.trades;
  o execution.orders;
  derived record;
  counted bigint;
BEGIN
  SELECT * INTO o FROM execution.orders AS x WHERE x.order_id = NEW.order_id;
  IF (NEW.account_id, NEW.symbol, NEW.side = o.side) IS DISTINCT FROM (o.account_id, o.symbol, NEW.kind = 'fill') THEN
    RAISE EXCEPTION 'trade % is % % in account %, its order % is % % in account %', NEW.trade_id, NEW.side, NEW.symbol, NEW.account_id,
      o.order_id, o.side, o.symbol, o.account_id
      USING ERRCODE = 'check_violation', SCHEMA = 'execution', TABLE = 'trades', CONSTRAINT = 'trade_fits_its_order';
  END IF;
  SELECT * INTO previous FROM execution.trades AS x
   WHERE x.account_id = NEW.account_id AND x.symbol = NEW.symbol AND x.position_seq = NEW.position_seq - 1 AND x.position_seq > 0;
  SELECT a.new_quantity, a.new_cost, a.new_avg_price, a.realized, coalesce(previous.position_realized, 0) + a.realized AS total INTO derived
    FROM execution.apply_fill(coalesce(previous.position_quantity, 0), coalesce(previous.position_cost, 0), coalesce(previous.position_avg_price, 0),
      CASE NEW.side WHEN 'buy' THEN NEW.quantity ELSE -NEW.quantity END, NEW.price, NEW.commission) AS a;
  SELECT x.trade_count INTO counted FROM execution.positions AS x WHERE x.account_id = NEW.account_id AND x.symbol = NEW.symbol;
  IF NEW.position_seq < 1 OR (NEW.position_seq > 1 AND previous.trade_id IS NULL) OR counted IS NULL OR counted < NEW.position_seq
     OR (NEW.position_quantity, NEW.position_cost, NEW.position_avg_price, NEW.realized_pnl, NEW.position_realized)
        IS DISTINCT FROM (derived.new_quantity, derived.new_cost, derived.new_avg_price, derived.realized, derived.total) THEN
    RAISE EXCEPTION 'trade % (number % of % % in account %) does not follow from the one before it', NEW.trade_id, NEW.position_seq,
      coalesce(counted, 0), NEW.symbol, NEW.account_id
      USING ERRCODE = 'check_violation', SCHEMA = 'execution', TABLE = 'trades', CONSTRAINT = 'trade_follows_its_chain';
  END IF;
  RETURN NULL;
END
$$;
CREATE FUNCTION execution.judge_position() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  p execution.positions;
  t execution.trades;
BEGIN
  SELECT * INTO p FROM execution.positions AS x WHERE x.account_id = NEW.account_id AND x.symbol = NEW.symbol;
  SELECT * INTO t FROM execution.trades AS x
   WHERE x.account_id = NEW.account_id AND x.symbol = NEW.symbol AND x.position_seq > 0 ORDER BY x.position_seq DESC LIMIT 1;
  IF (p.trade_count, p.quantity, p.cost_basis, p.avg_price, p.realized_pnl) IS DISTINCT FROM
     (coalesce(t.position_seq, 0), coalesce(t.position_quantity, 0), coalesce(t.position_cost, 0), coalesce(t.position_avg_price, 0),
      coalesce(t.position_realized, 0)) THEN
    RAISE EXCEPTION 'position % of account % is % at % after % trades; its trades leave % at % after %', NEW.symbol, NEW.account_id,
      p.quantity, p.cost_basis, p.trade_count, t.position_quantity, t.position_cost, t.position_seq
      USING ERRCODE = 'check_violation', SCHEMA = 'execution', TABLE = 'positions', CONSTRAINT = 'position_equals_its_trades';
  END IF;
  RETURN NULL;
END
$$;
CREATE CONSTRAINT TRIGGER order_equals_its_trades AFTER UPDATE OF filled_quantity, busted_quantity, avg_fill_price ON execution.orders
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION execution.judge_order();
CREATE CONSTRAINT TRIGGER new_order_equals_its_trades AFTER INSERT ON execution.orders
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.filled_quantity <> 0 OR NEW.busted_quantity <> 0)
  EXECUTE FUNCTION execution.judge_order();
CREATE CONSTRAINT TRIGGER trade_follows_its_chain AFTER INSERT ON execution.trades
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION execution.judge_trade();
CREATE CONSTRAINT TRIGGER trade_is_in_its_order AFTER INSERT ON execution.trades
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION execution.judge_order();
CREATE CONSTRAINT TRIGGER position_equals_its_trades
  AFTER INSERT OR UPDATE OF account_id, symbol, quantity, cost_basis, avg_price, realized_pnl, trade_count ON execution.positions
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION execution.judge_position();

-- Derives everything again from the trades and tells every difference: nothing where all is well. Each link of a chain is
-- derived from the one before it, the first from nothing; orders from their trades; and, apart from all average cost, the
-- money: what was realised and what is tied up must be what was paid and received.
CREATE FUNCTION execution.verify(p_account_id text, p_symbol text)
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
       ('avg_fill_price', o.avg_fill_price, t.average)) AS f(field, stored, derived)
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

GRANT EXECUTE ON FUNCTION execution.book_trade(
  execution.orders, text, text, text, execution.order_side, numeric, numeric, numeric, timestamptz, date, text) TO trading_execution;
GRANT EXECUTE ON FUNCTION execution.filled(text) TO trading_execution;
GRANT EXECUTE ON FUNCTION execution.book_fill(text, text, numeric, numeric, numeric, timestamptz, date, text) TO trading_execution;
GRANT EXECUTE ON FUNCTION execution.bust_fill(text, text, timestamptz, date, text) TO trading_execution;
GRANT EXECUTE ON FUNCTION execution.verify(text, text) TO trading_execution;
