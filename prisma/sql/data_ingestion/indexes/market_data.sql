ALTER TABLE data_ingestion.market_data ADD CONSTRAINT unique_symbol_timestamp_source UNIQUE (symbol, "timestamp", data_source);
