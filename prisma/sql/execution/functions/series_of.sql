-- The series at whose prices an account's orders fill that no strategy placed: its own in execution.account_series, that of
-- `*` otherwise, and `yahoo` where nobody said.
CREATE OR REPLACE FUNCTION execution.series_of(p_account_id text) RETURNS text LANGUAGE sql STABLE AS $$
  SELECT coalesce(
    (SELECT s.trading_source::text FROM execution.account_series AS s WHERE s.account_id IN (p_account_id, '*')
      ORDER BY s.account_id = '*' LIMIT 1),
    'yahoo')
$$;
