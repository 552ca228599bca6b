-- Drops those partitions that are old and that no group needs. Replays, which set a group back, and retention wait for one
-- another; consumers, which only go on, and other replays don't. A group that is made meanwhile begins with what is left: it is
-- looked again once nobody can be reading.
CREATE OR REPLACE FUNCTION event_bus.drop_outbox_partitions(before timestamptz) RETURNS text[]
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET lock_timeout = '3s' AS $$
DECLARE
  doomed text;
  dropped text[] := '{}';
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended('event_bus.retention', 0));
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
