-- Published function: books money that comes in or goes out of an account by hand: opening, deposit, withdrawal, interest,
-- fee or tax. See post_transfer for what it returns.
-- Called by: execution, src/sql/cash/postCash.ts.
-- Locks: the account's row.
-- Isolation: READ COMMITTED.
-- Raises: invalid_parameter_value for another kind, and for an amount that is not above 0 or has more than 8 decimals.
CREATE OR REPLACE FUNCTION execution.post_cash(
  p_account_id text, p_transfer_id text, p_kind text, p_amount numeric, p_currency text, p_reason text,
  p_occurred_at timestamptz, p_correlation_id text)
RETURNS text LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF (p_kind IN ('opening', 'deposit', 'withdrawal', 'interest', 'fee', 'tax')) IS NOT TRUE THEN
    RAISE EXCEPTION 'kind is %: it must be opening, deposit, withdrawal, interest, fee or tax', p_kind
      USING ERRCODE = 'invalid_parameter_value';
  ELSIF (p_amount > 0 AND p_amount < 1e15 AND scale(trim_scale(p_amount)) <= 8) IS NOT TRUE THEN
    RAISE EXCEPTION 'amount is %: it must be above 0, with at most 8 decimals', p_amount USING ERRCODE = 'invalid_parameter_value';
  END IF;
  RETURN execution.post_transfer(p_account_id, p_transfer_id, p_kind, p_amount,
    coalesce(p_currency, (SELECT a.currency FROM execution.cash_accounts AS a WHERE a.account_id = p_account_id), 'USD'), NULL, NULL, p_reason, p_occurred_at,
    p_correlation_id, NULL);
END
$$;

COMMENT ON FUNCTION execution.post_cash IS
  'Published function: books money that comes in or goes out of an account by hand, once for its id; returns what was done.';
