-- The closed outbox partitions whose events are all older than `before`, oldest first, each with the consumer group
-- that still needs it: the one that is furthest behind. `needed_by` is null where no group needs the partition, and
-- empty where there is no group at all, so that nothing is dropped then. Whether a partition is old is read from the
-- index on time, not from each event. SECURITY DEFINER, because partitions belong to the owner.
-- Called by: drop_outbox_partitions, and event-bus, src/operations/retention.ts, for a dry run.
-- Raises: invalid_parameter_value where `before` is null or in the future.
CREATE OR REPLACE FUNCTION event_bus.old_outbox_partitions(before timestamptz) RETURNS TABLE (name text, needed_by text)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  hindmost event_bus.consumer_groups;
  child record;
  younger boolean;
BEGIN
  IF before IS NULL OR before > now() THEN
    RAISE EXCEPTION 'before (%) must be a time in the past', before USING ERRCODE = 'invalid_parameter_value';
  END IF;
  SELECT * INTO hindmost FROM event_bus.consumer_groups ORDER BY last_xid LIMIT 1;
  FOR child IN
    SELECT c.relname, (regexp_match(pg_get_expr(c.relpartbound, c.oid), 'TO \(''?(\d+)''?\)'))[1]::bigint AS to_xid
    FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
    WHERE i.inhparent = 'event_bus.outbox'::regclass AND pg_get_expr(c.relpartbound, c.oid) NOT LIKE '%MAXVALUE%'
    ORDER BY 2
  LOOP
    -- Usually the last event decides. A long transaction has a lower xid but may have published later: so then ask the index.
    EXECUTE format('SELECT published_at >= $1 FROM event_bus_partitions.%I ORDER BY xid DESC, id DESC LIMIT 1', child.relname)
      INTO younger USING before;
    EXIT WHEN younger;
    EXECUTE format('SELECT EXISTS (SELECT FROM event_bus_partitions.%I WHERE published_at >= $1)', child.relname)
      INTO younger USING before;
    EXIT WHEN younger;
    name := child.relname;
    needed_by := CASE WHEN hindmost.consumer_group IS NULL THEN '' WHEN child.to_xid > hindmost.last_xid THEN hindmost.consumer_group END;
    RETURN NEXT;
  END LOOP;
END
$$;

COMMENT ON FUNCTION event_bus.old_outbox_partitions IS
  'The closed outbox partitions that are older than a time, and the consumer group that still needs each one.';
