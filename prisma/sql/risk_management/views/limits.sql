-- Published view of the limits of accounts, and of strategies in them, with what was last measured.
-- Read by: api, src/sql/risk.ts.
CREATE OR REPLACE VIEW risk_management.limits AS
  SELECT account_id, nullif(strategy, '') AS strategy, limit_type, limit_value, current_value, active, breached_at
    FROM risk_management.risk_limits;

COMMENT ON VIEW risk_management.limits IS
  'Published view of the limits of accounts, and of strategies in them, with what was last measured.';
