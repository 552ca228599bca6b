-- The largest position, in the direction of the order, after the order and the working orders on its side have filled.
-- Called by: reserve_order. Inlined into its statements.
CREATE OR REPLACE FUNCTION risk_management.position_after(
  p_side text, p_quantity numeric, p_held numeric, p_buys numeric, p_sells numeric)
RETURNS numeric LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE p_side WHEN 'buy' THEN p_held + p_buys + p_quantity ELSE p_sells + p_quantity - p_held END
$$;

COMMENT ON FUNCTION risk_management.position_after IS
  'The largest position in the order''s direction after it and the working orders on its side have filled.';
