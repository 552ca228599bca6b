-- An average price from the amount paid for a quantity, with 4 decimals, half away from zero. div() is exact; `/` would
-- round twice. Null for quantity 0.
-- Called by: book_trade, verify, judge_order and judge_trade.
CREATE OR REPLACE FUNCTION execution.average_price(p_paid numeric, p_quantity numeric) RETURNS numeric LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE WHEN p_quantity > 0 THEN div(p_paid * 20000 + p_quantity, p_quantity * 2) * 0.0001 END
$$;

COMMENT ON FUNCTION execution.average_price IS
  'An average price from the amount paid for a quantity, rounded to 4 decimals, half away from zero.';
