-- Published: records a risk event and publishes it, once for an id. Execution records through it what it saw and may not
-- judge alone: an over-fill, a late fill, an unknown order. Risk's own checks use it too. The id of any caller but risk
-- carries the caller, so that nobody can take an id beforehand that risk is going to use.
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
