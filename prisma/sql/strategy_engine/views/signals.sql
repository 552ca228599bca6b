-- Published view of the signals: which signal each strategy gave, on which bar. An audit of a position reads it.
-- Read by: execution, src/sql/positions/readPositionAsOf.ts; api, src/sql/strategies.ts.
CREATE OR REPLACE VIEW strategy_engine.signals AS
  SELECT signal_id, strategy_id, symbol, signal, strength, bar_timestamp, price, data_source,
         id, correlation_id, created_at
    FROM strategy_engine.strategy_signals;

COMMENT ON VIEW strategy_engine.signals IS
  'Published view of the signals: what each strategy signalled, on which bar and at which price.';
