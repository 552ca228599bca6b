ALTER TABLE strategy_engine.strategies ADD CONSTRAINT valid_status CHECK (status IN ('active', 'inactive', 'paused'));
