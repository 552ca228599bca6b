-- How far the prices that an order names are from the last one, as a part of that; 0 where it names none. Asked by
-- reserve_order for the price collar. Inlined.
CREATE OR REPLACE FUNCTION risk_management.distance_from_price(p_price numeric, p_stop_price numeric, p_reference numeric)
RETURNS numeric LANGUAGE sql IMMUTABLE AS $$
  SELECT coalesce(greatest(abs(p_price - p_reference), abs(p_stop_price - p_reference)), 0) / p_reference
$$;
