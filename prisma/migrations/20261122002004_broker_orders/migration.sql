-- A broker's order is one of ours, and a fill that names only the broker's id finds it.
CREATE UNIQUE INDEX orders_broker_order_id ON execution.orders (account_id, broker_order_id) WHERE broker_order_id IS NOT NULL;
