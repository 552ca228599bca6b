-- Why a kill switch stops an order, as a sentence; null where none does. `halt` stops every order, `reduce_only` every
-- order that does more than reduce a position.
-- Called by: reserve_order and refuse_submission.
CREATE OR REPLACE FUNCTION risk_management.kill_reason(
  p_account_id text, p_strategy_id text, p_symbol text, p_reduces boolean)
RETURNS text LANGUAGE plpgsql STABLE AS $$
DECLARE
  kill record;
BEGIN
  SELECT k.scope, k.target, k.level, k.set_by, k.reason INTO kill
    FROM risk_management.active_kill(p_account_id, p_strategy_id, p_symbol) AS k;
  IF kill.level IS NULL OR (kill.level <> 'halt' AND p_reduces) THEN
    RETURN NULL;
  END IF;
  RETURN format('kill switch (%s, %s) set by %s: %s', concat_ws(' ', kill.scope, nullif(kill.target, '')), kill.level,
    kill.set_by, kill.reason);
END
$$;

COMMENT ON FUNCTION risk_management.kill_reason IS 'Why a kill switch stops an order; null where none does.';
