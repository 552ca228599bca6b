ALTER TABLE data_ingestion.bar_revisions ADD CONSTRAINT valid_known CHECK (known_from < known_until);
