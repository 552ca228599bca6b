ALTER TABLE strategy_engine.strategy_signals ADD CONSTRAINT valid_signal CHECK (signal IN ('buy', 'sell', 'hold'));

ALTER TABLE strategy_engine.strategy_signals ADD CONSTRAINT valid_strength CHECK (strength BETWEEN 0 AND 1);

ALTER TABLE strategy_engine.strategy_signals ADD CONSTRAINT valid_price CHECK (price > 0 AND price < 'NaN');
