-- What a bar said before it was corrected: a dividend rewrites an adjusted series, and what a strategy saw before stays
-- answerable. One row a change, so the cost follows the corrections and not the table.
CREATE TABLE "data_ingestion"."bar_revisions" (
    "id" BIGSERIAL NOT NULL,
    "symbol" VARCHAR(20) NOT NULL,
    "timestamp" TIMESTAMPTZ(6) NOT NULL,
    "data_source" VARCHAR(20) NOT NULL,
    "open" DECIMAL(15,4) NOT NULL,
    "high" DECIMAL(15,4) NOT NULL,
    "low" DECIMAL(15,4) NOT NULL,
    "close" DECIMAL(15,4) NOT NULL,
    "volume" BIGINT NOT NULL,
    "known_from" TIMESTAMPTZ(6) NOT NULL,
    "known_until" TIMESTAMPTZ(6) NOT NULL,

    CONSTRAINT "bar_revisions_pkey" PRIMARY KEY ("id")
);
CREATE INDEX "bar_revisions_symbol_data_source_timestamp_known_until_idx"
  ON "data_ingestion"."bar_revisions"("symbol", "data_source", "timestamp", "known_until");
ALTER TABLE data_ingestion.bar_revisions ADD CONSTRAINT valid_known CHECK (known_from < known_until);

-- A trigger, so that no writer can forget it; one a statement, because a correction of a whole series is one. The values
-- of a bar are a version from when it was stored, or last corrected, until now; two corrections in one instant still
-- follow one another.
CREATE FUNCTION data_ingestion.keep_bar_revisions() RETURNS trigger LANGUAGE plpgsql AS $$
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
CREATE TRIGGER keep_bar_revisions AFTER UPDATE ON data_ingestion.market_data
  REFERENCING OLD TABLE AS was NEW TABLE AS is_now
  FOR EACH STATEMENT EXECUTE FUNCTION data_ingestion.keep_bar_revisions();

-- History is appended to, by the trigger, and never edited.
REVOKE UPDATE, DELETE ON data_ingestion.bar_revisions FROM trading_ingestion;
CREATE TRIGGER append_only BEFORE UPDATE OR TRUNCATE ON data_ingestion.bar_revisions
  FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();
