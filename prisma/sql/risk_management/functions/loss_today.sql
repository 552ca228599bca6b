-- The loss of an account on the New York trading day of a decision, 0 for a profit. Before the monitor has seen that
-- day, the day opens at the P&L that the monitor saw last.
-- Called by: reserve_order. Inlined into its statements.
CREATE OR REPLACE FUNCTION risk_management.loss_today(
  p_trading_day date, p_day_open_pnl numeric, p_last_pnl numeric, p_pnl numeric, p_decided_at timestamptz)
RETURNS numeric LANGUAGE sql STABLE AS $$
  SELECT greatest(0, CASE WHEN p_trading_day >= (p_decided_at AT TIME ZONE 'America/New_York')::date
                          THEN p_day_open_pnl ELSE coalesce(p_last_pnl, 0) END - p_pnl)
$$;

COMMENT ON FUNCTION risk_management.loss_today IS
  'The loss of an account on the New York trading day of a decision, 0 for a profit.';
