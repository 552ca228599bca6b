-- A new event's id, as the publisher in TypeScript makes it: a UUID of version 7, milliseconds since 1970 and then randomness.
-- PostgreSQL 18 has uuidv7(); this is the same on 15 to 17.
CREATE OR REPLACE FUNCTION event_bus.new_event_id() RETURNS uuid LANGUAGE sql VOLATILE PARALLEL SAFE AS $$
  SELECT encode(set_byte(
    overlay(uuid_send(gen_random_uuid()) PLACING substring(int8send((extract(epoch FROM clock_timestamp()) * 1000)::bigint) FROM 3) FROM 1 FOR 6),
    6, (get_byte(uuid_send(gen_random_uuid()), 6) & 15) | 112), 'hex')::uuid
$$;
