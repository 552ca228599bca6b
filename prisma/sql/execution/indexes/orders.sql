-- Working orders are few compared with finished ones: reading only them must not slow down as history grows.
CREATE INDEX orders_working_symbol ON execution.orders (symbol) WHERE status IN ('pending', 'submitted', 'partially_filled');

CREATE INDEX orders_working_account ON execution.orders (account_id, symbol) WHERE status IN ('pending', 'submitted', 'partially_filled');

-- A broker's order is one of ours at most. A fill that names only the broker's id is looked up with this index.
CREATE UNIQUE INDEX orders_broker_order_id ON execution.orders (account_id, broker_order_id) WHERE broker_order_id IS NOT NULL;

ALTER TABLE execution.orders ADD CONSTRAINT orders_replaces_order_id_key UNIQUE (replaces_order_id);
