-- Removes a parked event of one of the caller's own groups and returns it; nothing where another process has taken it or has
-- begun another attempt. SECURITY DEFINER, because DELETE on the table would let a service lock it against all others.
-- Called by: event-bus, src/sql/parkedEvents.ts.
-- Locks: the row. It waits for another process that is at work on it.
-- Isolation: READ COMMITTED.
-- Raises: insufficient_privilege for a group of another service.
CREATE OR REPLACE FUNCTION event_bus.take_parked(p_group text, p_event_id uuid, p_attempts integer)
RETURNS TABLE (event_id uuid, event jsonb, attempts integer)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  -- The login of the session: the current user is the owner here.
  IF split_part(p_group, '.', 1) IS DISTINCT FROM substr(session_user, length('trading_') + 1) THEN
    RAISE insufficient_privilege
      USING MESSAGE = format('consumer group %s is not one of %s', left(quote_nullable(p_group), 110), session_user);
  END IF;
  RETURN QUERY
    DELETE FROM event_bus.parked_events AS p
     WHERE p.consumer_group = p_group AND p.event_id = p_event_id AND p.attempts = p_attempts
    RETURNING p.event_id, p.event, p.attempts;
END
$$;

COMMENT ON FUNCTION event_bus.take_parked IS
  'Removes a parked event of one of the caller''s own groups and returns it.';
