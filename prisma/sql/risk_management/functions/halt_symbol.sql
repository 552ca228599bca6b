-- Stops all orders in a symbol, because what its prices are of is not known. An active kill switch of the symbol stays as
-- it is.
-- Called by: execution.mark_positions. No role may call it.
CREATE OR REPLACE FUNCTION risk_management.halt_symbol(p_symbol text, p_reason text)
RETURNS void LANGUAGE sql AS $$
  INSERT INTO risk_management.kill_switches (scope, target, level, reason, set_by)
  SELECT 'symbol', p_symbol, 'halt', p_reason, 'marks'
   WHERE NOT EXISTS (SELECT FROM risk_management.kill_switches AS k
                      WHERE k.scope = 'symbol' AND k.target = p_symbol AND k.lifted_at IS NULL)
$$;

COMMENT ON FUNCTION risk_management.halt_symbol IS 'Stops all orders in a symbol whose prices can''t be trusted.';
