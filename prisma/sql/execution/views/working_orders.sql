-- The orders that can still fill. `leaves` is the quantity that can still fill.
-- Read by: strategy, src/sql/selectAccounts.ts, risk_management.exposure and refuse_submission.
CREATE OR REPLACE VIEW execution.working_orders AS
  SELECT order_id, account_id, symbol, side, order_type, time_in_force, quantity, quantity - filled_quantity AS leaves,
         price, stop_price, reference_price, strategy, status, decided_at
    FROM execution.orders WHERE status IN ('pending', 'submitted', 'partially_filled');

COMMENT ON VIEW execution.working_orders IS
  'The orders that can still fill, with the quantity that is left, for the risk checks.';
