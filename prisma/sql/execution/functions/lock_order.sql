-- Published function: an order, locked until the transaction ends; no row where there is none. SECURITY DEFINER: the
-- role may read orders but not change them, so it can't lock them itself.
-- Called by: execution, src/sql/orders/readOrder.ts.
-- Locks: the order's row.
CREATE OR REPLACE FUNCTION execution.lock_order(p_order_id text)
RETURNS SETOF execution.orders LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT * FROM execution.orders AS o WHERE o.order_id = p_order_id FOR UPDATE
$$;

COMMENT ON FUNCTION execution.lock_order IS
  'Published function: an order, locked until the transaction ends; no row where there is none.';
