-- How many seconds before the open or after the close a decision was made, 0 within the session; null where the session
-- that the caller names is not of the decision's date in New York, or there is none. Asked by reserve_order. Inlined.
CREATE OR REPLACE FUNCTION risk_management.seconds_outside_session(
  p_decided_at timestamptz, p_open timestamptz, p_close timestamptz)
RETURNS numeric LANGUAGE sql STABLE AS $$
  SELECT CASE WHEN (p_open AT TIME ZONE 'America/New_York')::date = (p_decided_at AT TIME ZONE 'America/New_York')::date
               AND p_close > p_open
              THEN greatest(0, extract(epoch FROM p_open - p_decided_at), extract(epoch FROM p_decided_at - p_close)) END
$$;
