-- The largest position in a symbol, long or short, after all its buys or all its sells have filled, the order included.
-- The gross exposure is checked with it.
-- Called by: reserve_order. Inlined into its statements.
CREATE OR REPLACE FUNCTION risk_management.symbol_quantity_after(
  p_side text, p_quantity numeric, p_held numeric, p_buys numeric, p_sells numeric)
RETURNS numeric LANGUAGE sql IMMUTABLE AS $$
  SELECT greatest(abs(p_held + p_buys + CASE p_side WHEN 'buy' THEN p_quantity ELSE 0 END),
                  abs(p_held - p_sells - CASE p_side WHEN 'sell' THEN p_quantity ELSE 0 END))
$$;

COMMENT ON FUNCTION risk_management.symbol_quantity_after IS
  'The largest position in a symbol, long or short, after all its buys or all its sells have filled, the order included.';
