-- Whether the limit price and the stop price of an order fit its type: each is above 0 where the type needs it, and
-- null where it does not. A function for the same reason as filled_fits.
-- Called by: the check valid_order_prices of execution.orders.
CREATE OR REPLACE FUNCTION execution.prices_fit(p_type execution.order_type, p_price numeric, p_stop_price numeric)
RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
  RETURN CASE WHEN p_type IN ('limit', 'stop_limit') THEN p_price IS NOT NULL AND p_price > 0 AND p_price < 'NaN' ELSE p_price IS NULL END
     AND CASE WHEN p_type IN ('stop', 'stop_limit') THEN p_stop_price IS NOT NULL AND p_stop_price > 0 AND p_stop_price < 'NaN'
              ELSE p_stop_price IS NULL END;
END
$$;

COMMENT ON FUNCTION execution.prices_fit IS 'Check: whether the limit price and stop price of an order fit its type.';
