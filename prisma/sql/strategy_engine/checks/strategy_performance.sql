ALTER TABLE strategy_engine.strategy_performance ADD CONSTRAINT valid_returns CHECK (returns >= -1 AND returns < 'NaN');

ALTER TABLE strategy_engine.strategy_performance ADD CONSTRAINT valid_max_drawdown CHECK (max_drawdown BETWEEN -1 AND 0);

ALTER TABLE strategy_engine.strategy_performance ADD CONSTRAINT valid_sharpe_ratio CHECK (sharpe_ratio < 'NaN');

ALTER TABLE strategy_engine.strategy_performance ADD CONSTRAINT valid_win_rate CHECK (win_rate BETWEEN 0 AND 100);

ALTER TABLE strategy_engine.strategy_performance ADD CONSTRAINT valid_total_trades CHECK (total_trades >= 0);
