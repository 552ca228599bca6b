-- The log in partitions by the publishing transaction's number, which grows with time: reading in commit order walks
-- from one partition into the next, and retention drops whole ones. The last one is open-ended, so that publishing
-- never finds no place; once a day, or whenever asked, it is closed where it stands and the next begins.
CREATE SCHEMA IF NOT EXISTS event_bus_partitions;

ALTER SEQUENCE event_bus.outbox_id_seq OWNED BY NONE;
ALTER TABLE event_bus.outbox RENAME TO outbox_0;
ALTER TABLE event_bus.outbox_0 RENAME CONSTRAINT outbox_pkey TO outbox_0_pkey;
DROP POLICY publish_as_itself ON event_bus.outbox_0;
DROP POLICY read_all ON event_bus.outbox_0;
DROP POLICY bus_keeps_it ON event_bus.outbox_0;
ALTER TABLE event_bus.outbox_0 DISABLE ROW LEVEL SECURITY;
REVOKE ALL ON event_bus.outbox_0 FROM
  trading_ingestion, trading_strategy, trading_execution, trading_risk, trading_analytics, trading_notification, trading_logging,
  trading_event_bus;
ALTER TABLE event_bus.outbox_0 SET SCHEMA event_bus_partitions;

CREATE TABLE event_bus.outbox (LIKE event_bus_partitions.outbox_0 INCLUDING DEFAULTS, CONSTRAINT outbox_pkey PRIMARY KEY (xid, id))
  PARTITION BY RANGE (xid);
ALTER SEQUENCE event_bus.outbox_id_seq OWNED BY event_bus.outbox.id;
ALTER TABLE event_bus.outbox ATTACH PARTITION event_bus_partitions.outbox_0 FOR VALUES FROM (0) TO (MAXVALUE);

GRANT SELECT, INSERT ON event_bus.outbox TO
  trading_ingestion, trading_strategy, trading_execution, trading_risk, trading_analytics, trading_notification, trading_logging;
GRANT SELECT, INSERT, UPDATE, DELETE ON event_bus.outbox TO trading_event_bus;
ALTER TABLE event_bus.outbox ENABLE ROW LEVEL SECURITY;
CREATE POLICY publish_as_itself ON event_bus.outbox FOR INSERT WITH CHECK (service = event_bus.current_service());
CREATE POLICY read_all ON event_bus.outbox FOR SELECT USING (true);
CREATE POLICY bus_keeps_it ON event_bus.outbox FOR ALL TO trading_event_bus USING (true) WITH CHECK (true);

-- Closes the open partition and opens the next. Publishers wait for it; it waits for them 3 s at most, and fails then.
CREATE FUNCTION event_bus.rotate_outbox() RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET lock_timeout = '3s' AS $$
DECLARE
  open_child text;
  first_xid bigint;
  cut bigint;
  next_child text;
BEGIN
  -- With the lock, no transaction that published is still running; whatever gets its number after this one is beyond the cut.
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

-- Drops closed partitions whose every event is older than `before` and behind every group's place. A group that stands
-- still keeps them all, and so does having no group yet.
CREATE FUNCTION event_bus.drop_outbox_partitions(before timestamptz) RETURNS text[]
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET lock_timeout = '3s' AS $$
DECLARE
  floor_xid bigint;
  child record;
  newest timestamptz;
  dropped text[] := '{}';
BEGIN
  IF before IS NULL OR before > now() THEN
    RAISE EXCEPTION 'before (%) must be a time in the past', before USING ERRCODE = 'invalid_parameter_value';
  END IF;
  -- No group may be set back to what is just being dropped.
  LOCK TABLE event_bus.consumer_groups IN SHARE MODE;
  SELECT min(last_xid) INTO floor_xid FROM event_bus.consumer_groups;
  FOR child IN
    SELECT c.relname AS name, (regexp_match(pg_get_expr(c.relpartbound, c.oid), 'TO \(''?(\d+)''?\)'))[1]::bigint AS to_xid
    FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
    WHERE i.inhparent = 'event_bus.outbox'::regclass AND pg_get_expr(c.relpartbound, c.oid) NOT LIKE '%MAXVALUE%'
    ORDER BY 2
  LOOP
    EXIT WHEN floor_xid IS NULL OR child.to_xid > floor_xid;
    EXECUTE format('SELECT max(published_at) FROM event_bus_partitions.%I', child.name) INTO newest;
    EXIT WHEN newest >= before;
    EXECUTE format('DROP TABLE event_bus_partitions.%I', child.name);
    dropped := dropped || child.name;
  END LOOP;
  RETURN dropped;
END
$$;

REVOKE ALL ON FUNCTION event_bus.rotate_outbox(), event_bus.drop_outbox_partitions(timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION event_bus.rotate_outbox(), event_bus.drop_outbox_partitions(timestamptz) TO trading_event_bus;
