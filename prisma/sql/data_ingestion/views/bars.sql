-- Published view of the stored bars. Other services read it instead of market_data.
-- Read by: strategy, execution, analytics and api, and by functions of execution and risk.
CREATE OR REPLACE VIEW data_ingestion.bars AS
  SELECT symbol, "timestamp", data_source, open, high, low, close, volume FROM data_ingestion.market_data;

COMMENT ON VIEW data_ingestion.bars IS
  'Published view of the stored bars: prices per share, volume in shares, timestamp is the start of the bar in UTC.';
