CREATE UNIQUE INDEX strategy_configs_one_active ON strategy_engine.strategy_configs (strategy_id) WHERE active;
