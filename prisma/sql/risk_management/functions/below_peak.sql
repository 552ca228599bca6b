-- How far an account stands below its peak, as a part of what it was worth there; null without a capital. Asked by
-- reserve_order. Inlined.
CREATE OR REPLACE FUNCTION risk_management.below_peak(p_capital numeric, p_peak_pnl numeric, p_pnl numeric)
RETURNS numeric LANGUAGE sql IMMUTABLE AS $$
  SELECT greatest(0, p_peak_pnl - p_pnl) / greatest(p_capital + p_peak_pnl, p_capital)
$$;
