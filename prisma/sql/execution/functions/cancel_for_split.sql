-- Cancels orders on paper that were decided before the ex-date of a split and still work: their prices and quantities
-- are of the old shares. Of one account, or of all (null) that trade at a series.
-- Called by: restate_position and apply_splits. No role may call it.
-- Locks: the orders' rows by id.
CREATE OR REPLACE FUNCTION execution.cancel_for_split(
  p_symbol text, p_data_source text, p_ex_date date, p_action_id text, p_account_id text, p_correlation_id text, p_causation_id text)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  o execution.orders;
BEGIN
  FOR o IN
    SELECT x.* FROM execution.orders AS x
     WHERE x.symbol = p_symbol AND x.trading_source = p_data_source AND (p_account_id IS NULL OR x.account_id = p_account_id)
       AND x.status IN ('pending', 'submitted', 'partially_filled')
       AND (x.decided_at AT TIME ZONE 'America/New_York')::date < p_ex_date
       AND NOT EXISTS (SELECT FROM execution.broker_accounts AS b WHERE b.account_id = x.account_id)
     ORDER BY x.order_id FOR UPDATE OF x
  LOOP
    PERFORM execution.move_order(o.order_id, o.status, 'cancelled', 'split', 'its prices and quantity are from before ' || p_action_id,
      NULL, jsonb_build_object('actionId', p_action_id), p_ex_date::timestamp AT TIME ZONE 'America/New_York', p_correlation_id,
      p_causation_id);
  END LOOP;
END
$$;

COMMENT ON FUNCTION execution.cancel_for_split IS
  'Cancels orders on paper that were decided before the ex-date of a split and still work.';
