-- Trigger function: rejects a change of status that the life cycle of an order does not have.
-- packages/execution/src/orders/transitions.ts has the same table; a test compares the two.
-- Called by: the trigger check_order_transition of execution.orders.
-- Raises: check_violation with the constraint name valid_transition.
CREATE OR REPLACE FUNCTION execution.check_order_transition() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT (CASE OLD.status
    WHEN 'pending' THEN NEW.status IN ('submitted', 'rejected', 'cancelled')
    WHEN 'submitted' THEN NEW.status IN ('partially_filled', 'filled', 'cancelled', 'rejected')
    WHEN 'partially_filled' THEN NEW.status IN ('filled', 'cancelled')
    ELSE false
  END) THEN
    RAISE EXCEPTION 'order % can''t move from % to %', OLD.order_id, OLD.status, NEW.status
      USING ERRCODE = 'check_violation', SCHEMA = 'execution', TABLE = 'orders', CONSTRAINT = 'valid_transition';
  END IF;
  RETURN NEW;
END
$$;

COMMENT ON FUNCTION execution.check_order_transition IS
  'Trigger: rejects a change of status that the life cycle of an order does not have.';
