-- Retention: detaches and drops the yearly partitions of market_data that end at or before `cutoff`, and deletes the
-- revisions of their bars. Returns the names of the dropped partitions. SECURITY DEFINER, because partitions belong to
-- the owner.
-- Called by: ingestion, src/sql/dropPartitions.ts.
-- Locks: market_data in SHARE UPDATE EXCLUSIVE mode, then it and each dropped partition exclusively. It waits 5
-- s for each lock, then fails.
-- Raises: invalid_parameter_value where `cutoff` is null or in the future; lock_not_available.
CREATE OR REPLACE FUNCTION data_ingestion.drop_market_data_partitions_before(cutoff timestamptz)
RETURNS text[] LANGUAGE plpgsql SECURITY DEFINER
-- All readers queue behind this lock request while one long reader blocks it, so it gives up soon.
SET search_path = pg_catalog, pg_temp SET lock_timeout = '5s' AS $$
DECLARE
  child text;
  child_year int;
  dropped text[] := '{}';
BEGIN
  IF cutoff IS NULL OR cutoff > now() THEN
    RAISE EXCEPTION 'cutoff (%) must be a moment that has passed', cutoff USING ERRCODE = 'invalid_parameter_value';
  END IF;
  -- No partition is made while others are dropped.
  LOCK TABLE ONLY data_ingestion.market_data IN SHARE UPDATE EXCLUSIVE MODE;
  FOR child, child_year IN
    SELECT c.relname, substr(c.relname, 13)::int
      FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE i.inhparent = 'data_ingestion.market_data'::regclass AND n.nspname = 'market_data_partitions'
       AND c.relname ~ '^market_data_\d{4}$'
     ORDER BY 2
  LOOP
    EXIT WHEN make_timestamptz(child_year + 1, 1, 1, 0, 0, 0, 'UTC') > cutoff;
    EXECUTE format('ALTER TABLE data_ingestion.market_data DETACH PARTITION market_data_partitions.%I', child);
    EXECUTE format('DROP TABLE market_data_partitions.%I', child);
    dropped := dropped || child;
  END LOOP;
  DELETE FROM data_ingestion.bar_revisions WHERE "timestamp" < date_trunc('year', cutoff, 'UTC');
  RETURN dropped;
END
$$;

COMMENT ON FUNCTION data_ingestion.drop_market_data_partitions_before IS
  'Retention: drops the yearly partitions of market_data that end at or before the cutoff; returns their names.';
