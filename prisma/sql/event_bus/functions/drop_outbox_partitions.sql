-- Retention: drops the outbox partitions whose events are all older than `before` and that every consumer group has
-- read. Returns their names. SECURITY DEFINER, because partitions belong to the owner.
-- It checks again once it has the lock on the outbox: a group may have been made, or set back by a replay, in between.
-- Called by: event-bus, src/operations/retention.ts.
-- Locks: event_bus.outbox, exclusively. It waits 3 s for each lock, then fails. A replay, which holds the outbox from
-- before it reads where a group would go back to, is waited for.
-- Isolation: READ COMMITTED.
-- Raises: invalid_parameter_value where `before` is null or in the future; lock_not_available.
CREATE OR REPLACE FUNCTION event_bus.drop_outbox_partitions(before timestamptz) RETURNS text[]
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET lock_timeout = '3s' AS $$
DECLARE
  doomed text;
  dropped text[] := '{}';
BEGIN
  IF NOT EXISTS (SELECT FROM event_bus.old_outbox_partitions(before) WHERE needed_by IS NULL) THEN
    RETURN dropped;
  END IF;
  LOCK TABLE event_bus.outbox IN ACCESS EXCLUSIVE MODE;
  FOR doomed IN SELECT name FROM event_bus.old_outbox_partitions(before) WHERE needed_by IS NULL
  LOOP
    EXECUTE format('DROP TABLE event_bus_partitions.%I', doomed);
    dropped := dropped || doomed;
  END LOOP;
  RETURN dropped;
END
$$;

COMMENT ON FUNCTION event_bus.drop_outbox_partitions IS
  'Retention: drops outbox partitions that are older than a time and that no consumer group needs; returns their names.';
