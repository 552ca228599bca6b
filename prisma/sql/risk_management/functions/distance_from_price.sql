-- The largest distance of an order's own prices from the last price, as a fraction of the last price. 0 where the order
-- names no price. The price collar is checked against it.
-- Called by: reserve_order. Inlined into its statements.
CREATE OR REPLACE FUNCTION risk_management.distance_from_price(p_price numeric, p_stop_price numeric, p_reference numeric)
RETURNS numeric LANGUAGE sql IMMUTABLE AS $$
  SELECT coalesce(greatest(abs(p_price - p_reference), abs(p_stop_price - p_reference)), 0) / p_reference
$$;

COMMENT ON FUNCTION risk_management.distance_from_price IS
  'The largest distance of an order''s prices from the last price, as a fraction of it; 0 for an order without prices.';
