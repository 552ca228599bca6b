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

-- A trigger, so that no writer can forget it. The values of a bar are one version from when it was stored, or last
-- corrected, until now; two corrections in one instant still follow one another.
CREATE FUNCTION data_ingestion.keep_bar_revision() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  since timestamptz;
BEGIN
  SELECT max(known_until) INTO since FROM data_ingestion.bar_revisions
   WHERE symbol = OLD.symbol AND data_source = OLD.data_source AND "timestamp" = OLD."timestamp";
  since := coalesce(since, OLD.created_at);
  INSERT INTO data_ingestion.bar_revisions (symbol, "timestamp", data_source, open, high, low, close, volume, known_from, known_until)
  VALUES (OLD.symbol, OLD."timestamp", OLD.data_source, OLD.open, OLD.high, OLD.low, OLD.close, OLD.volume,
          since, greatest(now(), since + interval '1 microsecond'));
  RETURN NULL;
END
$$;
CREATE TRIGGER keep_bar_revision AFTER UPDATE ON data_ingestion.market_data
  FOR EACH ROW
  WHEN ((OLD.open, OLD.high, OLD.low, OLD.close, OLD.volume) IS DISTINCT FROM (NEW.open, NEW.high, NEW.low, NEW.close, NEW.volume))
  EXECUTE FUNCTION data_ingestion.keep_bar_revision();

-- History is appended to, by the trigger, and never edited.
REVOKE UPDATE, DELETE ON data_ingestion.bar_revisions FROM trading_ingestion;
CREATE TRIGGER append_only BEFORE UPDATE OR TRUNCATE ON data_ingestion.bar_revisions
  FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();
