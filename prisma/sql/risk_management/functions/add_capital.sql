-- Money came into an account or left it: the capital from which its drawdown is measured moves by the same amount. An
-- account without a capital on record stays without.
-- Called by: execution.post_transfer. No role may call it.
CREATE OR REPLACE FUNCTION risk_management.add_capital(p_account_id text, p_amount numeric)
RETURNS void LANGUAGE sql AS $$
  UPDATE risk_management.account_states AS s SET capital = s.capital + p_amount
   WHERE s.account_id = p_account_id AND s.capital IS NOT NULL
$$;

COMMENT ON FUNCTION risk_management.add_capital IS
  'Moves the capital of an account by what was deposited or withdrawn.';
