-- Door: may this order be cancelled? Null is yes; the text says why not. Only a halt stops a cancel.
CREATE OR REPLACE FUNCTION risk_management.refuse_cancel(p_account_id text, p_strategy text, p_symbol text)
RETURNS text LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT format('kill switch (%s): halted by %s: %s', concat_ws(' ', k.scope, nullif(k.target, '')), k.set_by, k.reason)
    FROM risk_management.active_kill(p_account_id, p_strategy, p_symbol) AS k WHERE k.level = 'halt'
$$;
