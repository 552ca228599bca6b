-- An average price from what was paid for a quantity, half away from zero; div() is exact where `/` would round twice.
CREATE OR REPLACE FUNCTION execution.average_price(p_paid numeric, p_quantity numeric) RETURNS numeric LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE WHEN p_quantity > 0 THEN div(p_paid * 20000 + p_quantity, p_quantity * 2) * 0.0001 END
$$;
