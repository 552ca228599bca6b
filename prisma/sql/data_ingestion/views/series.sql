-- Published view of the series: how far each one is, and how its last ingestion went.
-- Read by: api, src/sql/marketData.ts.
CREATE OR REPLACE VIEW data_ingestion.series AS
  SELECT symbol, data_source, status, last_bar, row_count, started_at, finished_at, error FROM data_ingestion.ingestion_status;

COMMENT ON VIEW data_ingestion.series IS
  'Published view of the series of bars: how far each one is, and how its last ingestion went.';
