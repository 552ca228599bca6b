-- Published function: records a risk event and publishes it, once for its id; false where it was there already.
-- Execution records with it what it found but must not decide on: an over-fill, a late fill, an unknown order; strategy,
-- that a strategy failed and was paused. The checks of risk use it too. The id that any caller but risk gives is prefixed with the caller's name, so that no other
-- service can take an id that risk is going to use.
-- Called by: strategy, src/sql/pauseStrategies.ts, execution.raise_fill_problem, execution.bust_fill, execution, src/sql/raiseRiskEvent.ts, and risk,
-- src/sql/raiseEvent.ts.
-- Raises: what record_event raises.
CREATE OR REPLACE FUNCTION risk_management.raise_event(
  p_event_id text, p_account_id text, p_event_type text, p_severity text, p_message text, p_data jsonb,
  p_occurred_at timestamptz, p_correlation_id text, p_causation_id text)
RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  caller text := substr(session_user, 9);
BEGIN
  RETURN risk_management.record_event(
    CASE WHEN session_user = 'trading_risk' OR session_user NOT LIKE 'trading\_%' OR coalesce(p_event_id, '') = '' THEN p_event_id
         WHEN length(caller || ':' || p_event_id) <= 100 THEN caller || ':' || p_event_id
         ELSE caller || ':' || encode(sha256(convert_to(p_event_id, 'UTF8')), 'hex') END,
    p_account_id, p_event_type, p_severity, p_message, p_data, p_occurred_at, p_correlation_id, p_causation_id);
END
$$;

COMMENT ON FUNCTION risk_management.raise_event IS
  'Published function: records a risk event and publishes it, once for its id; false where it was there already.';
