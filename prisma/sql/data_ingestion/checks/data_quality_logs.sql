ALTER TABLE data_ingestion.data_quality_logs ADD CONSTRAINT valid_status CHECK (status IN ('pass', 'warning', 'fail'));
