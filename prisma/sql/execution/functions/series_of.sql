-- The series at whose prices an account's orders fill, for orders that no strategy placed: the account's own in
-- execution.account_series, else that of `*`, else `yahoo`.
-- Called by: place_orders, and execution, src/sql/orders/readSizings.ts and src/sql/orders/accountSeries.ts.
CREATE OR REPLACE FUNCTION execution.series_of(p_account_id text) RETURNS text LANGUAGE sql STABLE AS $$
  SELECT coalesce(
    (SELECT s.trading_source::text FROM execution.account_series AS s WHERE s.account_id IN (p_account_id, '*')
      ORDER BY s.account_id = '*' LIMIT 1),
    'yahoo')
$$;

COMMENT ON FUNCTION execution.series_of IS
  'The series at whose prices an account''s orders fill, for orders that no strategy placed.';
