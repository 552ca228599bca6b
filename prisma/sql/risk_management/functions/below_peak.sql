-- The drawdown of an account: how far it is below its peak, as a fraction of its equity there. Null where the account
-- has no capital on record.
-- Called by: reserve_order. Inlined into its statements.
CREATE OR REPLACE FUNCTION risk_management.below_peak(p_capital numeric, p_peak_pnl numeric, p_pnl numeric)
RETURNS numeric LANGUAGE sql IMMUTABLE AS $$
  SELECT greatest(0, p_peak_pnl - p_pnl) / greatest(p_capital + p_peak_pnl, p_capital)
$$;

COMMENT ON FUNCTION risk_management.below_peak IS
  'Drawdown of an account as a fraction of its peak equity; null without a capital.';
