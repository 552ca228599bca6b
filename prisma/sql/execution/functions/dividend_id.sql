-- The id of the next transfer of a dividend in an account: the action, and which of its transfers it is.
-- Called by: settle_dividends, which has the position. No role may call it.
CREATE OR REPLACE FUNCTION execution.dividend_id(p_account_id text, p_action_id text) RETURNS text LANGUAGE sql STABLE AS $$
  SELECT 'd-' || left(encode(sha256(convert_to(p_action_id || chr(10) || count(*), 'UTF8')), 'hex'), 40)
    FROM execution.cash_transfers AS t WHERE t.account_id = p_account_id AND t.action_id = p_action_id
$$;

COMMENT ON FUNCTION execution.dividend_id IS 'The id of the next transfer of a dividend in an account.';
