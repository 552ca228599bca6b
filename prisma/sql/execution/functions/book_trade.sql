-- Books one trade of a position, a fill or a bust: inserts the trade with its number and the position after it, updates
-- the position, and returns the trade and the totals of the order's trades.
-- Called by: book_fill and bust_fill, which have locked the order. No role may call it.
-- A split that lies between the trade and the position before it is applied with it (see restate_position).
-- Locks: the position's row.
-- Isolation: READ COMMITTED.
-- Raises: unique_violation where the execution is booked already.
CREATE OR REPLACE FUNCTION execution.book_trade(
  o execution.orders, p_kind text, p_corrects text, p_execution_id text, p_side execution.order_side, p_quantity numeric,
  p_price numeric, p_commission numeric, p_executed_at timestamptz, p_settlement_date date, p_correlation_id text,
  OUT trade execution.trades, OUT net_filled numeric, OUT net_average numeric)
LANGUAGE plpgsql AS $$
DECLARE
  p execution.positions;
  after record;
  -- A fill after the last mark is the newest price. marked_at stays, because the mark by the bar itself is still to come.
  mark numeric;
  -- The date that says which shares it is in: that of the fill, for a bust too.
  on_date date := (p_executed_at AT TIME ZONE 'America/New_York')::date;
BEGIN
  SELECT * INTO p FROM execution.positions AS t WHERE t.account_id = o.account_id AND t.symbol = o.symbol FOR UPDATE;
  IF NOT FOUND THEN
    INSERT INTO execution.positions (account_id, symbol, quantity, avg_price, last_ex_date, next_ex_date)
      SELECT o.account_id, o.symbol, 0, 0, max(k.ex_date) FILTER (WHERE k.ex_date <= on_date), min(k.ex_date) FILTER (WHERE k.ex_date > on_date)
        FROM data_ingestion.actions AS k WHERE k.symbol = o.symbol AND k.type = 'split' AND k.status = 'active'
      ON CONFLICT (account_id, symbol) DO NOTHING;
    SELECT * INTO p FROM execution.positions AS t WHERE t.account_id = o.account_id AND t.symbol = o.symbol FOR UPDATE;
  END IF;
  IF p_corrects IS NOT NULL AND p.last_ex_date IS NOT NULL THEN
    SELECT (t.executed_at AT TIME ZONE 'America/New_York')::date INTO on_date FROM execution.trades AS t WHERE t.trade_id = p_corrects;
  END IF;
  -- One series marks a position until it is flat again: that of the order which opened it.
  IF p.quantity = 0 AND p.mark_source IS DISTINCT FROM o.trading_source THEN
    p.mark_source := o.trading_source;
    p.marked_at := NULL;
  END IF;
  after := execution.apply_fill(p.quantity, p.cost_basis, p.avg_price,
    CASE p_side WHEN 'buy' THEN p_quantity ELSE -p_quantity END, p_price, p_commission);
  mark := CASE WHEN p_kind = 'bust' OR p.marked_at >= p_executed_at OR on_date < p.last_ex_date THEN p.mark_price ELSE p_price END;

  INSERT INTO execution.trades (trade_id, order_id, account_id, symbol, side, quantity, price, commission, executed_at,
      strategy, execution_id, realized_pnl, settlement_date, correlation_id, kind, corrects_trade_id,
      position_seq, position_quantity, position_cost, position_avg_price, position_realized)
    VALUES ('t-' || left(encode(sha256(convert_to(o.account_id || chr(31) || p_execution_id, 'UTF8')), 'hex'), 40),
      o.order_id, o.account_id, o.symbol, p_side, p_quantity, p_price, p_commission, p_executed_at, o.strategy,
      p_execution_id, after.realized, p_settlement_date, coalesce(o.correlation_id, p_correlation_id), p_kind, p_corrects,
      p.trade_count + 1, after.new_quantity, after.new_cost, after.new_avg_price, p.realized_pnl + after.realized)
    RETURNING * INTO trade;
  UPDATE execution.positions AS t
     SET quantity = after.new_quantity, cost_basis = after.new_cost, avg_price = after.new_avg_price,
         realized_pnl = t.realized_pnl + after.realized, trade_count = t.trade_count + 1, last_updated = clock_timestamp(),
         mark_source = p.mark_source, marked_at = p.marked_at, mark_price = mark,
         market_value = after.new_quantity * mark, unrealized_pnl = after.new_quantity * mark - after.new_cost
   WHERE t.id = p.id;
  -- Rare: a split lies between this trade and the position before it.
  IF on_date < p.last_ex_date OR on_date >= p.next_ex_date THEN
    PERFORM execution.restate_position(o.account_id, o.symbol, on_date, on_date >= p.next_ex_date, p_correlation_id, NULL);
  END IF;
  -- Computed from all fills: an average of averages would drift.
  SELECT f.quantity, execution.average_price(f.paid, f.quantity) INTO net_filled, net_average
    FROM execution.filled(o.order_id) AS f;
END
$$;

COMMENT ON FUNCTION execution.book_trade IS
  'Books one trade of a position, a fill or a bust: stores it, updates the position and returns the order''s new totals.';
