-- The sums of an account's transfers, as execution.cash_accounts keeps them.
-- Called by: judge_cash and verify.
CREATE OR REPLACE FUNCTION execution.transfer_totals(p_account_id text)
RETURNS TABLE (net_deposits numeric, other_income numeric, receivable numeric) LANGUAGE sql STABLE AS $$
  SELECT coalesce(sum(CASE t.kind WHEN 'withdrawal' THEN -t.amount ELSE t.amount END)
                    FILTER (WHERE t.kind IN ('opening', 'deposit', 'withdrawal')), 0),
         coalesce(sum(CASE WHEN t.kind IN ('fee', 'tax') THEN -t.amount ELSE t.amount END)
                    FILTER (WHERE t.kind IN ('interest', 'fee', 'tax', 'dividend')), 0),
         coalesce(sum(CASE t.kind WHEN 'dividend' THEN t.amount ELSE -t.amount END)
                    FILTER (WHERE t.kind IN ('dividend', 'dividend_payment')), 0)
    FROM execution.cash_transfers AS t WHERE t.account_id = p_account_id
$$;

COMMENT ON FUNCTION execution.transfer_totals IS 'The sums of an account''s transfers, as cash_accounts keeps them.';
