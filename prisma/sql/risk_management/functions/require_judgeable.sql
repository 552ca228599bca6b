-- Rejects an order that cannot be checked because something is missing or is no number. Also rejects any isolation
-- level but READ COMMITTED: a transaction with an older snapshot would not see the orders that were placed while it
-- waited for the lock of the account.
-- Called by: reserve_order.
-- Raises: invalid_parameter_value, invalid_transaction_state.
CREATE OR REPLACE FUNCTION risk_management.require_judgeable(
  p_order_id text, p_account_id text, p_symbol text, p_side text, p_order_type text, p_quantity numeric,
  p_price numeric, p_stop_price numeric, p_decided_at timestamptz, p_data_source text)
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  IF current_setting('transaction_isolation') <> 'read committed' THEN
    RAISE EXCEPTION 'orders are reserved in a READ COMMITTED transaction, not in %',
      current_setting('transaction_isolation') USING ERRCODE = 'invalid_transaction_state';
  END IF;
  IF coalesce(p_order_id, '') = '' OR coalesce(p_account_id, '') = '' OR coalesce(p_symbol, '') = ''
     OR coalesce(p_data_source, '') = '' OR p_decided_at IS NULL OR NOT isfinite(p_decided_at)
     OR p_side IS NULL OR p_side NOT IN ('buy', 'sell')
     OR p_order_type IS NULL OR p_order_type NOT IN ('market', 'limit', 'stop', 'stop_limit')
     OR p_quantity IS NULL OR NOT (p_quantity > 0 AND p_quantity < 'Infinity')
     OR NOT coalesce(p_price > 0 AND p_price < 'Infinity', true)
     OR NOT coalesce(p_stop_price > 0 AND p_stop_price < 'Infinity', true) THEN
    RAISE EXCEPTION
      'order % can''t be judged: account %, symbol %, side %, type %, quantity %, price %, stop price %, decided at %, series %',
      p_order_id, p_account_id, p_symbol, p_side, p_order_type, p_quantity, p_price, p_stop_price, p_decided_at, p_data_source
      USING ERRCODE = 'invalid_parameter_value';
  END IF;
END
$$;

COMMENT ON FUNCTION risk_management.require_judgeable IS
  'Rejects an order that cannot be checked: something is missing or no number, or the isolation level is wrong.';
