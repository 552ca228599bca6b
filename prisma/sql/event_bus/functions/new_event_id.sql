-- A new event id, made as the publisher in TypeScript makes it: a UUID of version 7, milliseconds since 1970 followed
-- by random bits. PostgreSQL 18 has uuidv7(); this function gives the same on 15 to 17.
-- Called by: the functions of execution and risk that publish events.
CREATE OR REPLACE FUNCTION event_bus.new_event_id() RETURNS uuid LANGUAGE sql VOLATILE PARALLEL SAFE AS $$
  SELECT encode(set_byte(
    overlay(uuid_send(gen_random_uuid()) PLACING substring(int8send((extract(epoch FROM clock_timestamp()) * 1000)::bigint) FROM 3) FROM 1 FOR 6),
    6, (get_byte(uuid_send(gen_random_uuid()), 6) & 15) | 112), 'hex')::uuid
$$;

COMMENT ON FUNCTION event_bus.new_event_id IS 'A new event id: a UUID of version 7.';
