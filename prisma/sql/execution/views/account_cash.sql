-- Published view of what accounts have beside their positions: deposits, income that no trade realised, and receivables.
-- Read by: risk_management.exposure.
CREATE OR REPLACE VIEW execution.account_cash AS
  SELECT account_id, currency, net_deposits, other_income, receivable FROM execution.cash_accounts;

COMMENT ON VIEW execution.account_cash IS
  'Published view of what accounts have beside their positions: deposits, other income and receivables.';
