-- The series that a signal's bar is in; empty for signals from before it was kept.
ALTER TABLE strategy_engine.strategy_signals ADD COLUMN data_source VARCHAR(20);

-- What strategies said, and on which bar: an audit of a position reads it.
CREATE VIEW strategy_engine.signals AS
  SELECT signal_id, strategy_id, symbol, signal, strength, bar_timestamp, price, data_source FROM strategy_engine.strategy_signals;
REVOKE INSERT, UPDATE, DELETE ON strategy_engine.signals FROM trading_strategy;
GRANT USAGE ON SCHEMA strategy_engine TO trading_execution;
GRANT SELECT ON strategy_engine.signals TO trading_execution;
