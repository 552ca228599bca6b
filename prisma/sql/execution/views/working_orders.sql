-- What risk may know of execution: the orders that can still fill, and what is held.
CREATE OR REPLACE VIEW execution.working_orders AS
  SELECT order_id, account_id, symbol, side, order_type, time_in_force, quantity, quantity - filled_quantity AS leaves,
         price, stop_price, reference_price, strategy, status, decided_at
    FROM execution.orders WHERE status IN ('pending', 'submitted', 'partially_filled');
