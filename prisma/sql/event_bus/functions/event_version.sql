-- The version in which an event type is published. The catalogue, event_types, is the only place where it is written.
-- Called by: the functions of execution and risk that publish events.
CREATE OR REPLACE FUNCTION event_bus.event_version(p_type text) RETURNS smallint LANGUAGE sql STABLE AS $$
  SELECT max(version) FROM event_bus.event_types WHERE type = p_type
$$;

COMMENT ON FUNCTION event_bus.event_version IS 'The version in which an event type is published, from the catalogue.';
