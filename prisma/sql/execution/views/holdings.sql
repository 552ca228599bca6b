-- Published view of the positions: quantity, cost, mark and P&L.
-- Read by: strategy, src/sql/selectAccounts.ts, risk_management.exposure and refuse_submission, and the typed client of risk;
-- api, src/sql/accounts.ts.
CREATE OR REPLACE VIEW execution.holdings AS
  SELECT account_id, symbol, quantity, avg_price, cost_basis, realized_pnl, mark_price, marked_at, market_value, unrealized_pnl,
         mark_source, last_updated
    FROM execution.positions;

COMMENT ON VIEW execution.holdings IS 'Published view of the positions: quantity, cost, mark and P&L.';
