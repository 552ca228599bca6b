-- Published view of what validation and quality checks found.
-- Read by: api, src/sql/marketData.ts.
CREATE OR REPLACE VIEW data_ingestion.quality_findings AS
  SELECT id, symbol, data_source, check_type, status, bar_timestamp, message, details, created_at
    FROM data_ingestion.data_quality_logs;

COMMENT ON VIEW data_ingestion.quality_findings IS
  'Published view of what validation and quality checks found in the bars.';
