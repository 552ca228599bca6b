-- The last close of a series at or before a time, and the start of that bar. No row where there is none within 366
-- days.
-- Called by: reserve_order. Inlined into its statements.
CREATE OR REPLACE FUNCTION risk_management.last_price(p_symbol text, p_data_source text, p_at timestamptz)
RETURNS TABLE (close numeric, at timestamptz) LANGUAGE sql STABLE AS $$
  SELECT b.close, b."timestamp" FROM data_ingestion.bars AS b
   WHERE b.symbol = p_symbol AND b.data_source = p_data_source
     AND b."timestamp" <= p_at AND b."timestamp" > p_at - interval '366 days'
   ORDER BY b."timestamp" DESC LIMIT 1
$$;

COMMENT ON FUNCTION risk_management.last_price IS
  'The last close of a series at or before a time, and the start of that bar; no row where there is none within 366 days.';
