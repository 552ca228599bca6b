-- Published view of the limits of accounts in a symbol; `*` is every symbol without its own.
-- Read by: api, src/sql/risk.ts.
CREATE OR REPLACE VIEW risk_management.symbol_limits AS
  SELECT account_id, symbol, max_quantity, max_notional, max_outside_session, breached_at FROM risk_management.position_limits;

COMMENT ON VIEW risk_management.symbol_limits IS
  'Published view of the limits of accounts in a symbol; * is every symbol without its own.';
