-- All orders, denied ones too. Risk counts orders and looks for duplicates in it.
-- Read by: risk_management.reserve_order, same_order and orders_in_minute.
CREATE OR REPLACE VIEW execution.placed_orders AS
  SELECT order_id, account_id, symbol, side, order_type, quantity, price, stop_price, strategy, status, decided_at
    FROM execution.orders;

COMMENT ON VIEW execution.placed_orders IS
  'All orders, denied ones too, for the risk checks of order rates and duplicates.';
