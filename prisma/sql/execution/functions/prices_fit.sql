CREATE OR REPLACE FUNCTION execution.prices_fit(p_type execution.order_type, p_price numeric, p_stop_price numeric)
RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
  RETURN CASE WHEN p_type IN ('limit', 'stop_limit') THEN p_price IS NOT NULL AND p_price > 0 AND p_price < 'NaN' ELSE p_price IS NULL END
     AND CASE WHEN p_type IN ('stop', 'stop_limit') THEN p_stop_price IS NOT NULL AND p_stop_price > 0 AND p_stop_price < 'NaN'
              ELSE p_stop_price IS NULL END;
END
$$;
