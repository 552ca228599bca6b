-- Published view of all orders as they stand, denied ones too. `id` grows in the order in which they were stored.
-- Read by: api, src/sql/orders.ts.
CREATE OR REPLACE VIEW execution.all_orders AS
  SELECT id, order_id, account_id, symbol, side, order_type, time_in_force, quantity, filled_quantity, avg_fill_price, price,
         stop_price, status, trading_source, strategy, signal_id, broker_order_id, replaces_order_id, correlation_id, decided_at,
         reference_price, reason, created_at, updated_at
    FROM execution.orders;

COMMENT ON VIEW execution.all_orders IS
  'Published view of all orders as they stand, denied ones too.';
