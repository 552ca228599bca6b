-- What strategies said, and on which bar: an audit of a position reads it.
CREATE OR REPLACE VIEW strategy_engine.signals AS
  SELECT signal_id, strategy_id, symbol, signal, strength, bar_timestamp, price, data_source FROM strategy_engine.strategy_signals;
