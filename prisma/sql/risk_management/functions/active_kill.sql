-- The strictest active kill switch that covers an order; no row where there is none.
-- Called by: kill_reason and refuse_cancel.
CREATE OR REPLACE FUNCTION risk_management.active_kill(p_account_id text, p_strategy text, p_symbol text)
RETURNS SETOF risk_management.kill_switches LANGUAGE sql STABLE AS $$
  SELECT k.* FROM risk_management.kill_switches AS k
   WHERE k.lifted_at IS NULL
     AND (k.scope, k.target) IN (('all', ''), ('account', p_account_id), ('strategy', p_strategy), ('symbol', p_symbol))
   ORDER BY k.level = 'halt' DESC, k.id LIMIT 1
$$;

COMMENT ON FUNCTION risk_management.active_kill IS
  'The strictest active kill switch that covers an order; no row where there is none.';
