-- What an account may hold of a symbol. Quantity and notional are those of the symbol's own row where it has any of the two,
-- else those of `*`; the session is bound by both rows. Asked by reserve_order. Inlined.
CREATE OR REPLACE FUNCTION risk_management.position_cap(p_account_id text, p_symbol text)
RETURNS TABLE (max_quantity numeric, max_notional numeric, max_outside_session numeric) LANGUAGE sql STABLE AS $$
  SELECT x.max_quantity, x.max_notional, min(x.max_outside_session) OVER ()
    FROM risk_management.position_limits AS x WHERE x.account_id = p_account_id AND x.symbol IN (p_symbol, '*')
   ORDER BY num_nonnulls(x.max_quantity, x.max_notional) = 0, x.symbol = '*' LIMIT 1
$$;
