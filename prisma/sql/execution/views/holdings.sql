CREATE OR REPLACE VIEW execution.holdings AS
  SELECT account_id, symbol, quantity, avg_price, cost_basis, realized_pnl, mark_price, marked_at, market_value, unrealized_pnl
    FROM execution.positions;
