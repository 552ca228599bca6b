-- How much is held at most, in the order's direction, once it and the working orders of its side are filled. Asked by
-- reserve_order. Inlined.
CREATE OR REPLACE FUNCTION risk_management.position_after(
  p_side text, p_quantity numeric, p_held numeric, p_buys numeric, p_sells numeric)
RETURNS numeric LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE p_side WHEN 'buy' THEN p_held + p_buys + p_quantity ELSE p_sells + p_quantity - p_held END
$$;
