-- Whether an order can do nothing but reduce a position: all shares that could be sold (or bought back) are held, those of
-- working orders on the same side included. Asked by reserve_order. Inlined.
CREATE OR REPLACE FUNCTION risk_management.only_reduces(
  p_side text, p_quantity numeric, p_held numeric, p_buys numeric, p_sells numeric)
RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE p_side WHEN 'sell' THEN p_quantity + p_sells <= p_held ELSE p_quantity + p_buys <= -p_held END
$$;
