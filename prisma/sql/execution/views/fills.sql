-- Booked fills: all that a position, its P&L and its commissions can be derived from.
CREATE OR REPLACE VIEW execution.fills AS
  SELECT trade_id, order_id, account_id, symbol, side, quantity, price, commission, realized_pnl, executed_at, strategy
    FROM execution.trades;
