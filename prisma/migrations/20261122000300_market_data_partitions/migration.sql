-- Children of market_data live in a schema of their own, out of sight of Prisma and Studio, and are made before
-- they are needed by whoever ingests. There is no default partition: a bar that has no place is refused, not hidden.
-- A child holds one year (docs/decisions/0002-yearly-partitions.md).
CREATE SCHEMA IF NOT EXISTS market_data_partitions;

CREATE FUNCTION data_ingestion.ensure_market_data_partitions(first_bar timestamptz, last_bar timestamptz)
RETURNS text[] LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  first_year int := extract(year FROM first_bar AT TIME ZONE 'UTC');
  last_year int := extract(year FROM last_bar AT TIME ZONE 'UTC');
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
  FOR y IN first_year..last_year LOOP
    child := format('market_data_%s', y);
    CONTINUE WHEN to_regclass(format('market_data_partitions.%I', child)) IS NOT NULL;
    -- Two writers may want the same year at once: the second waits here and finds it made.
    PERFORM pg_advisory_xact_lock(hashtextextended('market_data_partitions', y));
    CONTINUE WHEN to_regclass(format('market_data_partitions.%I', child)) IS NOT NULL;
    -- Attached rather than made as a child: attaching does not lock out readers and writers of the parent.
    EXECUTE format('CREATE TABLE market_data_partitions.%I (LIKE data_ingestion.market_data INCLUDING DEFAULTS INCLUDING CONSTRAINTS)', child);
    EXECUTE format('ALTER TABLE data_ingestion.market_data ATTACH PARTITION market_data_partitions.%I FOR VALUES FROM (%L) TO (%L)',
      child, make_timestamptz(y, 1, 1, 0, 0, 0, 'UTC'), make_timestamptz(y + 1, 1, 1, 0, 0, 0, 'UTC'));
    created := created || child;
  END LOOP;
  RETURN created;
END
$$;
REVOKE ALL ON FUNCTION data_ingestion.ensure_market_data_partitions(timestamptz, timestamptz) FROM PUBLIC;

SELECT data_ingestion.ensure_market_data_partitions('2000-01-01Z', '2030-12-31Z');
