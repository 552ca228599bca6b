-- Makes the yearly partitions of market_data that bars from `first_bar` to `last_bar` need and that are missing.
-- Returns the names of the new ones. SECURITY DEFINER, because partitions belong to the owner.
-- Two writers may want the same partition at once. The second waits for the lock on the parent and then reads pg_class
-- again: to_regclass would answer from a cache that waiting for a lock does not refresh. One lock serves all years.
-- With a lock for each year, a writer that waits for a year and one that waits for the parent could wait for each
-- other.
-- Called by: ingestion, src/sql/ensurePartitions.ts, and prisma/sql/_after/first_partitions.sql.
-- Locks: nothing where all partitions exist. Otherwise market_data in SHARE UPDATE EXCLUSIVE mode, which lets readers
-- and writers pass.
-- Isolation: READ COMMITTED.
-- Raises: invalid_parameter_value where a bound is null or they are in the wrong order; datetime_field_overflow outside
-- the years 1900 to 2200.
CREATE OR REPLACE FUNCTION data_ingestion.ensure_market_data_partitions(first_bar timestamptz, last_bar timestamptz)
RETURNS text[] LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  first_year int := extract(year FROM first_bar AT TIME ZONE 'UTC');
  last_year int := extract(year FROM last_bar AT TIME ZONE 'UTC');
  missing int[];
  y int;
  child text;
  created text[] := '{}';
BEGIN
  IF first_bar IS NULL OR last_bar IS NULL OR first_bar > last_bar THEN
    RAISE EXCEPTION 'first_bar (%) must not be after last_bar (%), and neither may be null', first_bar, last_bar
      USING ERRCODE = 'invalid_parameter_value';
  END IF;
  IF first_year < 1900 OR last_year > 2200 THEN
    RAISE EXCEPTION 'bars from % to % are outside the years 1900 to 2200', first_bar, last_bar
      USING ERRCODE = 'datetime_field_overflow';
  END IF;
  -- First without the lock: usually nothing is missing. Otherwise once more with it.
  FOR attempt IN 1..2 LOOP
    missing := ARRAY(
      SELECT wanted FROM generate_series(first_year, last_year) AS wanted
       WHERE NOT EXISTS (
         SELECT FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
          WHERE n.nspname = 'market_data_partitions' AND c.relname = 'market_data_' || wanted)
       ORDER BY wanted);
    IF cardinality(missing) = 0 THEN
      RETURN created;
    END IF;
    IF attempt = 1 THEN
      LOCK TABLE ONLY data_ingestion.market_data IN SHARE UPDATE EXCLUSIVE MODE;
    END IF;
  END LOOP;
  FOREACH y IN ARRAY missing LOOP
    child := format('market_data_%s', y);
    -- CREATE TABLE ... PARTITION OF would lock out readers and writers of the parent; ATTACH does not.
    EXECUTE format('CREATE TABLE market_data_partitions.%I (LIKE data_ingestion.market_data INCLUDING DEFAULTS INCLUDING CONSTRAINTS)', child);
    EXECUTE format('ALTER TABLE data_ingestion.market_data ATTACH PARTITION market_data_partitions.%I FOR VALUES FROM (%L) TO (%L)',
      child, make_timestamptz(y, 1, 1, 0, 0, 0, 'UTC'), make_timestamptz(y + 1, 1, 1, 0, 0, 0, 'UTC'));
    created := created || child;
  END LOOP;
  RETURN created;
END
$$;

COMMENT ON FUNCTION data_ingestion.ensure_market_data_partitions IS
  'Makes the missing yearly partitions of market_data for a range of bars; returns the names of the new ones.';
