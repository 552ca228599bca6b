-- Published to execution: notes the broker's id of an order that moved on before its acceptance was heard of.
CREATE OR REPLACE FUNCTION execution.adopt_broker_id(p_account_id text, p_order_id text, p_broker_order_id text)
RETURNS void LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  UPDATE execution.orders AS o SET broker_order_id = p_broker_order_id
   WHERE o.account_id = p_account_id AND o.order_id = p_order_id AND o.broker_order_id IS NULL
$$;
