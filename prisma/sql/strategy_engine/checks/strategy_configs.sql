ALTER TABLE strategy_engine.strategy_configs ADD CONSTRAINT valid_version CHECK (version > 0);
