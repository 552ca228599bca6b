-- Lifts what halt_symbol has set. A kill switch that somebody else set stays.
-- Called by: execution.heed_actions. No role may call it.
CREATE OR REPLACE FUNCTION risk_management.release_symbol(p_symbol text)
RETURNS void LANGUAGE sql AS $$
  UPDATE risk_management.kill_switches AS k SET lifted_by = 'marks', lifted_at = clock_timestamp()
   WHERE k.scope = 'symbol' AND k.target = p_symbol AND k.set_by = 'marks' AND k.lifted_at IS NULL
$$;

COMMENT ON FUNCTION risk_management.release_symbol IS 'Lifts the halt of a symbol that halt_symbol has set.';
