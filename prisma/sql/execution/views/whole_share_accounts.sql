-- Published view of the accounts that hold whole shares only: fractions that a split leaves over are sold.
-- Read by: analytics, src/sql/selectUnitChanges.ts.
CREATE OR REPLACE VIEW execution.whole_share_accounts AS
  SELECT account_id FROM execution.account_policies WHERE whole_shares;

COMMENT ON VIEW execution.whole_share_accounts IS
  'Published view of the accounts that hold whole shares only: fractions that a split leaves over are sold.';
