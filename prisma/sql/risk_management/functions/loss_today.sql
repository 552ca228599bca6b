-- What an account has lost on the trading day of a decision. Until the monitor has seen the day, it opens at what the
-- monitor saw last. Asked by reserve_order. Inlined.
CREATE OR REPLACE FUNCTION risk_management.loss_today(
  p_trading_day date, p_day_open_pnl numeric, p_last_pnl numeric, p_pnl numeric, p_decided_at timestamptz)
RETURNS numeric LANGUAGE sql STABLE AS $$
  SELECT greatest(0, CASE WHEN p_trading_day >= (p_decided_at AT TIME ZONE 'America/New_York')::date
                          THEN p_day_open_pnl ELSE coalesce(p_last_pnl, 0) END - p_pnl)
$$;
