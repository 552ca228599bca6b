-- What an order's trades come to, net of busts: how much, and at what average; null where nothing is left.
CREATE OR REPLACE FUNCTION execution.filled(p_order_id text) RETURNS TABLE (quantity numeric, busted numeric, paid numeric) LANGUAGE sql STABLE AS $$
  SELECT coalesce(sum(CASE t.kind WHEN 'fill' THEN t.quantity ELSE -t.quantity END), 0),
         coalesce(sum(t.quantity) FILTER (WHERE t.kind = 'bust'), 0),
         coalesce(sum(CASE t.kind WHEN 'fill' THEN t.quantity ELSE -t.quantity END * t.price), 0)
    FROM execution.trades AS t WHERE t.order_id = p_order_id
$$;
