-- What an account has in cash, on the trade date: deposits and income that was paid, and what its positions brought in.
-- Realised P&L less cost is the money that all trades of a position moved (execution.verify compares the two).
-- Called by: post_transfer and verify, and execution, src/sql/cash/selectBalances.ts.
CREATE OR REPLACE FUNCTION execution.cash_of(p_account_id text) RETURNS numeric LANGUAGE sql STABLE AS $$
  SELECT coalesce((SELECT a.net_deposits + a.other_income - a.receivable FROM execution.cash_accounts AS a WHERE a.account_id = p_account_id), 0)
       + coalesce((SELECT sum(p.realized_pnl - p.cost_basis) FROM execution.positions AS p WHERE p.account_id = p_account_id), 0)
$$;

COMMENT ON FUNCTION execution.cash_of IS 'What an account has in cash, on the trade date.';
