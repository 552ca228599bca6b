-- An order as it was before its first step: pending, without a reason.
-- Called by: place_order.
CREATE OR REPLACE FUNCTION execution.as_created(o execution.orders) RETURNS execution.orders LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
  o.status := 'pending';
  o.reason := NULL;
  RETURN o;
END
$$;

COMMENT ON FUNCTION execution.as_created IS 'An order as it was before its first step: pending, without a reason.';
