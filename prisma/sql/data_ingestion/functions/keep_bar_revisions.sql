-- Trigger function: when bars are corrected, stores their former values in bar_revisions. A trigger, so that no writer
-- can forget it; FOR EACH STATEMENT, because one statement corrects a whole series. A version is valid from the time
-- when it was stored, or last corrected, until now. Two corrections within one transaction still get different times.
-- Called by: the trigger keep_bar_revisions of data_ingestion.market_data.
CREATE OR REPLACE FUNCTION data_ingestion.keep_bar_revisions() RETURNS trigger LANGUAGE plpgsql SET enable_seqscan = off AS $$
BEGIN
  INSERT INTO data_ingestion.bar_revisions (symbol, "timestamp", data_source, open, high, low, close, volume, known_from, known_until)
  SELECT was.symbol, was."timestamp", was.data_source, was.open, was.high, was.low, was.close, was.volume,
         version.since, greatest(now(), version.since + interval '1 microsecond')
    FROM was JOIN is_now USING (id)
   CROSS JOIN LATERAL (
     SELECT coalesce(max(known_until), was.created_at) AS since FROM data_ingestion.bar_revisions AS earlier
      WHERE earlier.symbol = was.symbol AND earlier.data_source = was.data_source AND earlier."timestamp" = was."timestamp") AS version
   WHERE (was.open, was.high, was.low, was.close, was.volume)
         IS DISTINCT FROM (is_now.open, is_now.high, is_now.low, is_now.close, is_now.volume);
  RETURN NULL;
END
$$;

COMMENT ON FUNCTION data_ingestion.keep_bar_revisions IS
  'Trigger: stores the former values of corrected bars in bar_revisions.';
