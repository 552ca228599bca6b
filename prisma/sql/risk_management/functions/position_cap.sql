-- How much of a symbol an account may hold, null where it is not limited. Quantity and notional come from the symbol's
-- own row where that has any of the two, else from the row `*`. The session limit is the tighter one of both rows.
-- Called by: reserve_order. Inlined into its statements.
CREATE OR REPLACE FUNCTION risk_management.position_cap(p_account_id text, p_symbol text)
RETURNS TABLE (max_quantity numeric, max_notional numeric, max_outside_session numeric) LANGUAGE sql STABLE AS $$
  SELECT x.max_quantity, x.max_notional, min(x.max_outside_session) OVER ()
    FROM risk_management.position_limits AS x WHERE x.account_id = p_account_id AND x.symbol IN (p_symbol, '*')
   ORDER BY num_nonnulls(x.max_quantity, x.max_notional) = 0, x.symbol = '*' LIMIT 1
$$;

COMMENT ON FUNCTION risk_management.position_cap IS
  'How much of a symbol an account may hold, and how far outside the session it may trade it; null where not limited.';
