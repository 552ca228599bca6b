-- Records a risk event and publishes it, once for its id; false where it was there already. For risk's own functions,
-- whose ids no other service can make. Others call raise_event.
-- Called by: raise_event and raise_denial.
-- Raises: invalid_parameter_value where something is missing; unique_violation where the id is taken by an event with
-- other content.
CREATE OR REPLACE FUNCTION risk_management.record_event(
  p_event_id text, p_account_id text, p_event_type text, p_severity text, p_message text, p_data jsonb,
  p_occurred_at timestamptz, p_correlation_id text, p_causation_id text)
RETURNS boolean LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  known risk_management.risk_events;
BEGIN
  IF coalesce(p_event_id, '') = '' OR coalesce(p_account_id, '') = '' OR coalesce(p_event_type, '') = ''
     OR coalesce(p_message, '') = '' OR p_occurred_at IS NULL OR jsonb_typeof(p_data) IS DISTINCT FROM 'object' THEN
    RAISE EXCEPTION 'a risk event needs an id, an account, a type, a message, a time and an object of data; event % has not', p_event_id
      USING ERRCODE = 'invalid_parameter_value';
  END IF;
  INSERT INTO risk_management.risk_events (event_id, account_id, event_type, severity, message, data, correlation_id)
    VALUES (p_event_id, p_account_id, p_event_type, p_severity, p_message, p_data, p_correlation_id)
    ON CONFLICT (event_id) DO NOTHING;
  IF NOT FOUND THEN
    SELECT * INTO STRICT known FROM risk_management.risk_events WHERE event_id = p_event_id;
    IF (known.account_id, known.event_type, known.severity, known.message) IS DISTINCT FROM
       (p_account_id, p_event_type, p_severity, p_message) THEN
      RAISE EXCEPTION 'risk event % is there already, and says something else: % of account %', p_event_id, known.event_type, known.account_id
        USING ERRCODE = 'unique_violation';
    END IF;
    RETURN false;
  END IF;
  INSERT INTO event_bus.outbox (event_id, event_type, version, service, key, correlation_id, causation_id, data, occurred_at)
    VALUES (event_bus.new_event_id(), 'risk_event_raised', event_bus.event_version('risk_event_raised'), 'risk', p_account_id,
      coalesce(p_correlation_id, p_event_id), p_causation_id,
      jsonb_build_object('riskEventId', p_event_id, 'accountId', p_account_id, 'eventType', p_event_type,
        'severity', p_severity, 'message', p_message, 'data', p_data), p_occurred_at);
  RETURN true;
END
$$;

COMMENT ON FUNCTION risk_management.record_event IS
  'Records a risk event and publishes it, once for its id; false where it was there already.';
