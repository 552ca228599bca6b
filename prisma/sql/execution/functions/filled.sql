-- Totals of an order's trades, net of busts: the filled quantity, the busted quantity, and the amount paid for what is
-- left. All are 0 where there are no trades.
-- Called by: book_trade, verify, judge_order and judge_trade.
CREATE OR REPLACE FUNCTION execution.filled(p_order_id text) RETURNS TABLE (quantity numeric, busted numeric, paid numeric) LANGUAGE sql STABLE AS $$
  SELECT coalesce(sum(CASE t.kind WHEN 'fill' THEN t.quantity ELSE -t.quantity END), 0),
         coalesce(sum(t.quantity) FILTER (WHERE t.kind = 'bust'), 0),
         coalesce(sum(CASE t.kind WHEN 'fill' THEN t.quantity ELSE -t.quantity END * t.price), 0)
    FROM execution.trades AS t WHERE t.order_id = p_order_id
$$;

COMMENT ON FUNCTION execution.filled IS
  'Totals of an order''s trades, net of busts: quantity, busted quantity and amount paid.';
