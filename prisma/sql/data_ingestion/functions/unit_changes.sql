-- Published function: the splits at which a series changes the shares that its prices are of, with an ex-date after
-- `p_after` (null: all) up to `p_through`. `rewritten` says that the bars from before the ex-date are stored in the new
-- shares by now. A split that the bars had in them from the start is not listed: a history that was fetched after the
-- split never changes its shares, so whoever trades it in a replay holds new shares all along.
-- Which one it is, the bars say. A raw series always changes. An adjusted one does where the last bar before the
-- ex-date was revised by the ratio of the split, or where the first bar from the ex-date on opens nearer to that ratio
-- than to the last close. Without a bar on both sides nothing can be said yet, and the split is not listed.
-- Called by: execution.restate_position and execution.mark_positions, and analytics, src/sql/selectUnitChanges.ts.
CREATE OR REPLACE FUNCTION data_ingestion.unit_changes(p_symbol text, p_data_source text, p_after date, p_through date)
RETURNS TABLE (action_id text, version int, ex_date date, numerator numeric, denominator numeric, rewritten boolean)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
SET enable_seqscan = off SET enable_bitmapscan = off AS $$
DECLARE
  a record;
  ex_start timestamptz;
  before record;
  opened numeric;
  ratio numeric;
BEGIN
  FOR a IN
    SELECT x.action_id::text AS id, x.version AS number, x.ex_date AS effective, x.numerator AS new_shares, x.denominator AS old_shares
      FROM data_ingestion.actions AS x
     WHERE x.symbol = p_symbol AND x.type = 'split' AND x.status = 'active'
       AND (p_after IS NULL OR x.ex_date > p_after) AND x.ex_date <= p_through
     ORDER BY x.ex_date
  LOOP
    ex_start := a.effective::timestamp AT TIME ZONE 'America/New_York';
    ratio := a.old_shares / a.new_shares;
    SELECT b.close, b."timestamp" AS at INTO before FROM data_ingestion.market_data AS b
     WHERE b.symbol = p_symbol AND b.data_source = p_data_source AND b."timestamp" < ex_start
     ORDER BY b."timestamp" DESC LIMIT 1;
    CONTINUE WHEN before.close IS NULL;
    -- Prices have 4 decimals on both sides.
    PERFORM FROM data_ingestion.bar_revisions AS r
      WHERE r.symbol = p_symbol AND r.data_source = p_data_source AND r."timestamp" = before.at
        AND abs(before.close - r.close * ratio) <= 0.00005 * (1 + ratio) + before.close * 0.0001;
    rewritten := FOUND;
    IF NOT rewritten AND p_data_source !~ '_raw(_|$)' THEN
      SELECT b.open INTO opened FROM data_ingestion.market_data AS b
       WHERE b.symbol = p_symbol AND b.data_source = p_data_source AND b."timestamp" >= ex_start
       ORDER BY b."timestamp" LIMIT 1;
      CONTINUE WHEN opened IS NULL OR abs(ln(opened / before.close) - ln(ratio)) >= abs(ln(opened / before.close));
    END IF;
    action_id := a.id;
    version := a.number;
    ex_date := a.effective;
    numerator := a.new_shares;
    denominator := a.old_shares;
    RETURN NEXT;
  END LOOP;
END
$$;

COMMENT ON FUNCTION data_ingestion.unit_changes IS
  'Published function: the splits at which a series changes the shares that its prices are of, and whether older bars are rewritten.';
