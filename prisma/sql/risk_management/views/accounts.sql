-- Published view of the accounts: those that were opened or traded, and those that have a limit. P&L is realised and
-- unrealised, after commissions, as the monitor saw it last.
-- Read by: api, src/sql/accounts.ts.
CREATE OR REPLACE VIEW risk_management.accounts AS
  SELECT known.account_id, s.capital, s.trading_day, s.day_open_pnl, s.last_pnl, s.peak_pnl, s.updated_at
    FROM (SELECT account_id FROM risk_management.account_states
          UNION SELECT account_id FROM risk_management.risk_limits) AS known
    LEFT JOIN risk_management.account_states AS s USING (account_id);

COMMENT ON VIEW risk_management.accounts IS
  'Published view of the accounts, with their capital and P&L as the monitor saw it last.';
