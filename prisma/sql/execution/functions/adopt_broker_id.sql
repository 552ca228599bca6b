-- Published function: stores the broker's id of an order that has none yet. It is needed where the order moved on
-- before its acceptance arrived.
-- Called by: execution, src/sql/broker/submission.ts.
-- Locks: the order's row.
-- Raises: unique_violation where another order of the account has that id.
CREATE OR REPLACE FUNCTION execution.adopt_broker_id(p_account_id text, p_order_id text, p_broker_order_id text)
RETURNS void LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  UPDATE execution.orders AS o SET broker_order_id = p_broker_order_id
   WHERE o.account_id = p_account_id AND o.order_id = p_order_id AND o.broker_order_id IS NULL
$$;

COMMENT ON FUNCTION execution.adopt_broker_id IS
  'Published function: stores the broker''s id of an order that has none yet.';
