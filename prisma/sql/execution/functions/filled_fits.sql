-- Whether the filled quantity, busted quantity and average price of an order fit its status. A function rather than a
-- plain CHECK: PostgreSQL parses and plans a CHECK again for each statement that writes, and compiles a function once
-- for each session.
-- Called by: the check valid_fill_state of execution.orders.
CREATE OR REPLACE FUNCTION execution.filled_fits(
  p_status execution.order_status, p_quantity numeric, p_filled numeric, p_busted numeric, p_average numeric)
RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
  RETURN p_busted >= 0 AND p_busted < 'NaN'
     AND p_filled BETWEEN 0 AND p_quantity
     AND (p_average IS NULL) = (p_filled = 0) AND coalesce(p_average > 0, true)
     AND CASE p_status WHEN 'filled' THEN p_filled = p_quantity OR p_busted > 0
                       WHEN 'partially_filled' THEN p_filled < p_quantity AND (p_filled > 0 OR p_busted > 0)
                       WHEN 'cancelled' THEN true
                       WHEN 'rejected' THEN true
                       ELSE p_filled = 0 END;
END
$$;

COMMENT ON FUNCTION execution.filled_fits IS
  'Check: whether the filled quantities and the average price of an order fit its status.';
