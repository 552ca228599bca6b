-- An order with the same content that was decided less than `p_window` seconds before or after; no row where there is
-- none.
-- Called by: reserve_order. Inlined into its statements.
CREATE OR REPLACE FUNCTION risk_management.same_order(
  p_account_id text, p_symbol text, p_side text, p_order_type text, p_quantity numeric, p_price numeric, p_stop_price numeric,
  p_decided_at timestamptz, p_window numeric)
RETURNS TABLE (order_id text, seconds_away numeric) LANGUAGE sql STABLE AS $$
  SELECT x.order_id::text, abs(extract(epoch FROM p_decided_at - x.decided_at))
    FROM execution.placed_orders AS x
   WHERE x.account_id = p_account_id AND x.symbol = p_symbol AND x.side::text = p_side AND x.order_type::text = p_order_type
     AND x.quantity = p_quantity AND x.price IS NOT DISTINCT FROM p_price
     AND x.stop_price IS NOT DISTINCT FROM p_stop_price AND x.status <> 'rejected'
     AND x.decided_at > p_decided_at - make_interval(secs => p_window::float8)
     AND x.decided_at < p_decided_at + make_interval(secs => p_window::float8)
   LIMIT 1
$$;

COMMENT ON FUNCTION risk_management.same_order IS
  'An equal order that was decided within a window of seconds before or after; no row where there is none.';
