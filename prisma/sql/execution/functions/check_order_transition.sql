-- The order of states, the same table as in packages/execution: a test compares the two.
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
