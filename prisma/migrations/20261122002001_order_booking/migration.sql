-- What an order remembers of its decision and of the bars that it has been matched against.
ALTER TABLE execution.orders
  ADD COLUMN signal_id VARCHAR(100),
  ADD COLUMN reference_price DECIMAL(15,4),
  ADD COLUMN triggered_at TIMESTAMPTZ(6),
  ADD COLUMN matched_through TIMESTAMPTZ(6);

-- Each trade carries the position as it left it: a chain, one link a fill, numbered from 1 in each account and symbol.
-- Whoever checks a position, or asks for it as of any moment, reads the last link instead of all of them.
ALTER TABLE execution.trades
  ADD COLUMN position_seq BIGINT NOT NULL DEFAULT 0,
  ADD COLUMN position_quantity DECIMAL(15,4) NOT NULL DEFAULT 0,
  ADD COLUMN position_cost DECIMAL(23,8) NOT NULL DEFAULT 0;
ALTER TABLE execution.positions
  ADD COLUMN trade_count BIGINT NOT NULL DEFAULT 0;

CREATE INDEX orders_account_id_decided_at_idx ON execution.orders (account_id, decided_at DESC);
CREATE INDEX trades_account_id_symbol_position_seq_idx ON execution.trades (account_id, symbol, position_seq);
CREATE INDEX positions_symbol_idx ON execution.positions (symbol);
-- Orders that still work are few beside those that are done: what reads only them must not slow down as history grows.
CREATE INDEX orders_working_symbol ON execution.orders (symbol) WHERE status IN ('pending', 'submitted', 'partially_filled');
CREATE INDEX orders_working_account ON execution.orders (account_id, symbol) WHERE status IN ('pending', 'submitted', 'partially_filled');

-- How far the market has come for execution: an order decided before that is matched against the bars it has missed.
CREATE TABLE execution.market_clocks (
  symbol VARCHAR(20) NOT NULL,
  data_source VARCHAR(20) NOT NULL,
  "through" TIMESTAMPTZ(6) NOT NULL,
  CONSTRAINT market_clocks_pkey PRIMARY KEY (symbol, data_source)
);

-- A broker may report a fill of an order that is already cancelled, or that it rejected: it is booked all the same.
ALTER TABLE execution.orders DROP CONSTRAINT valid_filled_quantity;
ALTER TABLE execution.orders ADD CONSTRAINT valid_filled_quantity CHECK (
  CASE status WHEN 'filled' THEN filled_quantity = quantity
              WHEN 'partially_filled' THEN filled_quantity > 0 AND filled_quantity < quantity
              WHEN 'cancelled' THEN filled_quantity BETWEEN 0 AND quantity
              WHEN 'rejected' THEN filled_quantity BETWEEN 0 AND quantity
              ELSE filled_quantity = 0 END);

-- What risk may know of execution: the orders that can still fill, and what is held.
CREATE VIEW execution.working_orders AS
  SELECT order_id, account_id, symbol, side, order_type, time_in_force, quantity, quantity - filled_quantity AS leaves,
         price, stop_price, reference_price, strategy, status, decided_at
    FROM execution.orders WHERE status IN ('pending', 'submitted', 'partially_filled');
-- Every order ever asked for, denied ones too: how many, how often, how alike.
CREATE VIEW execution.placed_orders AS
  SELECT order_id, account_id, symbol, side, order_type, quantity, price, stop_price, strategy, status, decided_at
    FROM execution.orders;
CREATE VIEW execution.holdings AS
  SELECT account_id, symbol, quantity, avg_price, cost_basis, realized_pnl, mark_price, marked_at, market_value, unrealized_pnl
    FROM execution.positions;
REVOKE INSERT, UPDATE, DELETE ON execution.working_orders, execution.placed_orders, execution.holdings FROM trading_execution;
GRANT SELECT ON execution.working_orders, execution.placed_orders, execution.holdings TO trading_risk;

-- Average cost, exact. `cost` is what the held quantity cost, signed; a partial close keeps its share of it, cut toward
-- zero at the eighth decimal, and what is cut goes to realised P&L: nothing is lost between the two.
-- The same rules as packages/execution/src/position.ts: a test compares the two.
CREATE FUNCTION execution.apply_fill(
  quantity numeric, cost numeric, avg_price numeric, fill numeric, price numeric, commission numeric,
  OUT new_quantity numeric, OUT new_cost numeric, OUT new_avg_price numeric, OUT realized numeric)
LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  new_quantity := quantity + fill;
  IF new_quantity = 0 THEN
    new_cost := 0;
    new_avg_price := 0;
  ELSIF sign(quantity) * sign(fill) >= 0 THEN
    new_cost := cost + fill * price;
    -- Half away from zero; div() is exact where `/` would round twice.
    new_avg_price := div(abs(new_cost) * 20000 + abs(new_quantity), abs(new_quantity) * 2) * 0.0001;
  ELSIF sign(new_quantity) = sign(quantity) THEN
    new_cost := div(cost * abs(new_quantity) * 100000000, abs(quantity)) * 0.00000001;
    new_avg_price := avg_price;
  ELSE
    new_cost := new_quantity * price;
    new_avg_price := price;
  END IF;
  realized := (new_cost - cost) - fill * price - commission;
END
$$;

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
  p execution.positions;
  known execution.trades;
  after record;
  -- A fill of an order that is still pending says that the broker has it: it was submitted on the way.
  working execution.order_status;
  target execution.order_status;
  mark numeric;
  id text;
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
  id := 't-' || left(encode(sha256(convert_to(o.account_id || chr(31) || p_execution_id, 'UTF8')), 'hex'), 40);
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

  -- The position's lock comes before the trade's row, so that trades of a position are numbered in the order of booking.
  INSERT INTO execution.positions (account_id, symbol, quantity, avg_price) VALUES (o.account_id, o.symbol, 0, 0)
    ON CONFLICT (account_id, symbol) DO NOTHING;
  SELECT * INTO p FROM execution.positions AS t WHERE t.account_id = o.account_id AND t.symbol = o.symbol FOR UPDATE;
  SELECT * INTO after FROM execution.apply_fill(
    p.quantity, p.cost_basis, p.avg_price, CASE o.side WHEN 'buy' THEN p_quantity ELSE -p_quantity END, p_price, p_commission);

  INSERT INTO execution.trades (trade_id, order_id, account_id, symbol, side, quantity, price, commission, executed_at, strategy,
      execution_id, realized_pnl, settlement_date, correlation_id, position_seq, position_quantity, position_cost)
    VALUES (id, o.order_id, o.account_id, o.symbol, o.side, p_quantity, p_price, p_commission, p_executed_at, o.strategy,
      p_execution_id, after.realized, p_settlement_date, coalesce(o.correlation_id, p_correlation_id),
      p.trade_count + 1, after.new_quantity, after.new_cost);
  -- A fill after the last mark is the newest price there is. marked_at stays: the bar's own mark is still to come.
  mark := CASE WHEN p.marked_at >= p_executed_at THEN p.mark_price ELSE p_price END;
  UPDATE execution.positions AS t
     SET quantity = after.new_quantity, cost_basis = after.new_cost, avg_price = after.new_avg_price,
         realized_pnl = t.realized_pnl + after.realized, trade_count = t.trade_count + 1, last_updated = clock_timestamp(),
         mark_price = mark, market_value = after.new_quantity * mark, unrealized_pnl = after.new_quantity * mark - after.new_cost
   WHERE t.account_id = o.account_id AND t.symbol = o.symbol
   RETURNING t.quantity, t.avg_price, t.realized_pnl, t.unrealized_pnl, t.market_value, t.mark_price
        INTO position_quantity, position_avg_price, position_realized_pnl, unrealized_pnl, market_value, mark_price;

  filled_quantity := o.filled_quantity + p_quantity;
  -- The average of all fills so far, from the fills themselves: an average of averages would drift.
  SELECT div(sum(t.quantity * t.price) * 20000 + sum(t.quantity), sum(t.quantity) * 2) * 0.0001 INTO avg_fill_price
    FROM execution.trades AS t WHERE t.order_id = o.order_id;
  target := CASE WHEN o.status IN ('cancelled', 'rejected') THEN o.status
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
      jsonb_build_object('tradeId', id, 'quantity', p_quantity::text, 'price', p_price::text), p_correlation_id);
  status := target;
  trade_id := id;
  trade_realized_pnl := after.realized;
  RETURN NEXT;
END
$$;
GRANT EXECUTE ON FUNCTION execution.apply_fill(numeric, numeric, numeric, numeric, numeric, numeric) TO trading_execution;
GRANT EXECUTE ON FUNCTION execution.book_fill(text, text, numeric, numeric, numeric, timestamptz, date, text) TO trading_execution;
