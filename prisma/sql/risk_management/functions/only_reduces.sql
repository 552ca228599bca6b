-- Whether an order can do nothing but reduce a position: with all working orders on its side, it sells no more than the
-- account holds, or buys back no more than it is short.
-- Called by: reserve_order. Inlined into its statements.
CREATE OR REPLACE FUNCTION risk_management.only_reduces(
  p_side text, p_quantity numeric, p_held numeric, p_buys numeric, p_sells numeric)
RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE p_side WHEN 'sell' THEN p_quantity + p_sells <= p_held ELSE p_quantity + p_buys <= -p_held END
$$;

COMMENT ON FUNCTION risk_management.only_reduces IS
  'Whether an order can do nothing but reduce a position, working orders on the same side included.';
