-- The most that may be held of a symbol, long or short, once all its buys or all its sells are filled, the order's among
-- them. Asked by reserve_order for gross exposure. Inlined.
CREATE OR REPLACE FUNCTION risk_management.symbol_quantity_after(
  p_side text, p_quantity numeric, p_held numeric, p_buys numeric, p_sells numeric)
RETURNS numeric LANGUAGE sql IMMUTABLE AS $$
  SELECT greatest(abs(p_held + p_buys + CASE p_side WHEN 'buy' THEN p_quantity ELSE 0 END),
                  abs(p_held - p_sells - CASE p_side WHEN 'sell' THEN p_quantity ELSE 0 END))
$$;
