-- What a group listens to, as its last process said: so that its lag counts nothing else. Null: everything.
ALTER TABLE "event_bus"."consumer_groups" ADD COLUMN "event_types" TEXT[];

-- A replay finds its start by the time of publishing. BRIN costs publishing next to nothing, because the log grows in the
-- order of that time.
CREATE INDEX "outbox_published_at_idx" ON "event_bus"."outbox" USING BRIN ("published_at") WITH (autosummarize = on);

DROP FUNCTION event_bus.drop_outbox_partitions(timestamptz);

-- The closed partitions whose every event is older than `before`, the oldest first, each with the group that still needs
-- it: `needed_by` is null where every group has passed it. A group that stands still keeps them all, and so does having
-- no group yet.
CREATE FUNCTION event_bus.old_outbox_partitions(before timestamptz) RETURNS TABLE (name text, needed_by text)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  hindmost event_bus.consumer_groups;
  child record;
  newest timestamptz;
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
    EXECUTE format('SELECT max(published_at) FROM event_bus_partitions.%I', child.relname) INTO newest;
    EXIT WHEN newest >= before;
    name := child.relname;
    needed_by := CASE WHEN hindmost.consumer_group IS NULL THEN '' WHEN child.to_xid > hindmost.last_xid THEN hindmost.consumer_group END;
    RETURN NEXT;
  END LOOP;
END
$$;

-- Drops those of them that no group needs.
CREATE FUNCTION event_bus.drop_outbox_partitions(before timestamptz) RETURNS text[]
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET lock_timeout = '3s' AS $$
DECLARE
  doomed text;
  dropped text[] := '{}';
BEGIN
  -- No group may be set back to what is just being dropped.
  LOCK TABLE event_bus.consumer_groups IN SHARE MODE;
  FOR doomed IN SELECT name FROM event_bus.old_outbox_partitions(before) WHERE needed_by IS NULL
  LOOP
    EXECUTE format('DROP TABLE event_bus_partitions.%I', doomed);
    dropped := dropped || doomed;
  END LOOP;
  RETURN dropped;
END
$$;

REVOKE ALL ON FUNCTION event_bus.old_outbox_partitions(timestamptz), event_bus.drop_outbox_partitions(timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION event_bus.old_outbox_partitions(timestamptz), event_bus.drop_outbox_partitions(timestamptz) TO trading_event_bus;
