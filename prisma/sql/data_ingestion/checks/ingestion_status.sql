ALTER TABLE data_ingestion.ingestion_status ADD CONSTRAINT valid_status CHECK (status IN ('idle', 'running', 'completed', 'failed'));

ALTER TABLE data_ingestion.ingestion_status ADD CONSTRAINT valid_row_count CHECK (row_count >= 0);
