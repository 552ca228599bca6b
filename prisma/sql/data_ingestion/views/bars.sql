-- Bars, and what Prisma Studio shows of market_data: it doesn't list partitioned tables.
CREATE OR REPLACE VIEW data_ingestion.bars AS
  SELECT symbol, "timestamp", data_source, open, high, low, close, volume FROM data_ingestion.market_data;
