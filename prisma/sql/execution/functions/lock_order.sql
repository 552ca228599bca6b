-- Published to execution: an order, locked until the transaction ends; no row where there is none. The role may read orders
-- and not change them, so it can't lock them itself.
CREATE OR REPLACE FUNCTION execution.lock_order(p_order_id text)
RETURNS SETOF execution.orders LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT * FROM execution.orders AS o WHERE o.order_id = p_order_id FOR UPDATE
$$;
