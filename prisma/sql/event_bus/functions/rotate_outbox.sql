-- Closes the open outbox partition and opens the next one. Returns the name of the new one. SECURITY DEFINER, because
-- partitions belong to the owner.
-- Called by: event-bus, src/operations/retention.ts.
-- Locks: event_bus.outbox, exclusively. Publishers wait for it. It waits for them for 3 s, then fails.
-- Raises: lock_not_available.
CREATE OR REPLACE FUNCTION event_bus.rotate_outbox() RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET lock_timeout = '3s' AS $$
DECLARE
  open_child text;
  first_xid bigint;
  cut bigint;
  next_child text;
BEGIN
  -- Under the lock, no transaction that has published is still running. Transactions that begin later have a number above the cut.
  LOCK TABLE event_bus.outbox IN ACCESS EXCLUSIVE MODE;
  cut := pg_current_xact_id()::text::bigint + 1;
  SELECT c.relname, (regexp_match(pg_get_expr(c.relpartbound, c.oid), 'FROM \(''?(\d+)''?\)'))[1]::bigint
    INTO STRICT open_child, first_xid
    FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
    WHERE i.inhparent = 'event_bus.outbox'::regclass AND pg_get_expr(c.relpartbound, c.oid) LIKE '%MAXVALUE%';
  next_child := format('outbox_%s', cut);
  EXECUTE format('ALTER TABLE event_bus.outbox DETACH PARTITION event_bus_partitions.%I', open_child);
  EXECUTE format('ALTER TABLE event_bus.outbox ATTACH PARTITION event_bus_partitions.%I FOR VALUES FROM (%s) TO (%s)', open_child, first_xid, cut);
  EXECUTE format('CREATE TABLE event_bus_partitions.%I PARTITION OF event_bus.outbox FOR VALUES FROM (%s) TO (MAXVALUE)', next_child, cut);
  RETURN next_child;
END
$$;

COMMENT ON FUNCTION event_bus.rotate_outbox IS
  'Closes the open outbox partition and opens the next one; returns the name of the new one.';
