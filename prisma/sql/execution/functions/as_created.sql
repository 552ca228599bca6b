-- An order as it was before its first step: pending, with no reason. Asked by place_order.
CREATE OR REPLACE FUNCTION execution.as_created(o execution.orders) RETURNS execution.orders LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
  o.status := 'pending';
  o.reason := NULL;
  RETURN o;
END
$$;
