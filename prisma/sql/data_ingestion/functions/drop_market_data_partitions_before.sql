-- Retention: whole partitions of market_data that lie before a moment are detached and dropped, and with them what
-- their bars said before they were corrected. A door, because partitions belong to the owner.
CREATE OR REPLACE FUNCTION data_ingestion.drop_market_data_partitions_before(cutoff timestamptz)
RETURNS text[] LANGUAGE plpgsql SECURITY DEFINER
-- A reader that holds the parent for long must not make every other one queue up behind this.
SET search_path = pg_catalog, pg_temp SET lock_timeout = '5s' AS $$
DECLARE
  child text;
  child_year int;
  dropped text[] := '{}';
BEGIN
  IF cutoff IS NULL OR cutoff > now() THEN
    RAISE EXCEPTION 'cutoff (%) must be a moment that has passed', cutoff USING ERRCODE = 'invalid_parameter_value';
  END IF;
  -- Nobody makes one while they are dropped.
  PERFORM pg_advisory_xact_lock(hashtextextended('market_data_partitions', 0));
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
