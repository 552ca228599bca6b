-- What one service publishes for others to read. A view runs with its owner's rights: a reader needs none on the tables.

-- Bars, and what Prisma Studio shows of market_data: it doesn't list partitioned tables.
CREATE VIEW data_ingestion.bars AS
  SELECT symbol, "timestamp", data_source, open, high, low, close, volume FROM data_ingestion.market_data;

-- The strategies that trade now, with the parameters in force.
CREATE VIEW strategy_engine.active_strategies AS
  SELECT strategy_id, name, parameters FROM strategy_engine.strategies WHERE status = 'active';

-- Booked fills: all that a position, its P&L and its commissions can be derived from.
CREATE VIEW execution.fills AS
  SELECT trade_id, order_id, account_id, symbol, side, quantity, price, commission, realized_pnl, executed_at, strategy
    FROM execution.trades;
