-- How many seconds before the open or after the close a decision was made; 0 within the session. Null where there is no
-- session on the decision's New York date, or the caller names the session of another date.
-- Called by: reserve_order. Inlined into its statements.
CREATE OR REPLACE FUNCTION risk_management.seconds_outside_session(
  p_decided_at timestamptz, p_open timestamptz, p_close timestamptz)
RETURNS numeric LANGUAGE sql STABLE AS $$
  SELECT CASE WHEN (p_open AT TIME ZONE 'America/New_York')::date = (p_decided_at AT TIME ZONE 'America/New_York')::date
               AND p_close > p_open
              THEN greatest(0, extract(epoch FROM p_open - p_decided_at), extract(epoch FROM p_decided_at - p_close)) END
$$;

COMMENT ON FUNCTION risk_management.seconds_outside_session IS
  'How many seconds before the open or after the close a decision was made; 0 within the session, null without one.';
