-- Published function: why an order may not be cancelled, as a sentence; null where it may. Only a halt stops a cancel.
-- SECURITY DEFINER, because execution may not read kill switches.
-- Called by: execution, src/sql/orders/refuseCancel.ts.
CREATE OR REPLACE FUNCTION risk_management.refuse_cancel(p_account_id text, p_strategy text, p_symbol text)
RETURNS text LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT format('kill switch (%s): halted by %s: %s', concat_ws(' ', k.scope, nullif(k.target, '')), k.set_by, k.reason)
    FROM risk_management.active_kill(p_account_id, p_strategy, p_symbol) AS k WHERE k.level = 'halt'
$$;

COMMENT ON FUNCTION risk_management.refuse_cancel IS
  'Published function: why an order may not be cancelled; null where it may.';
