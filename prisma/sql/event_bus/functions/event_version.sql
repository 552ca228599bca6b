-- The version in which a type is published, for functions that publish: one home for it, the catalogue.
CREATE OR REPLACE FUNCTION event_bus.event_version(p_type text) RETURNS smallint LANGUAGE sql STABLE AS $$
  SELECT max(version) FROM event_bus.event_types WHERE type = p_type
$$;
