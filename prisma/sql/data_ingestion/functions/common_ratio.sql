-- The ratio, new to old, by which the last bars of a series up to a moment were rewritten, where one
-- ratio explains all of them within the rounding of their columns; null where it does not, where the bars are fewer
-- than three, or where the ratio is nearer to 1 than 5 %: dividend-adjusted series move by less with each dividend.
-- Called by: unexplained_ratio and execution.mark_positions. No role may call it.
CREATE OR REPLACE FUNCTION data_ingestion.common_ratio(p_symbol text, p_data_source text, p_until timestamptz)
RETURNS numeric LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
SET enable_seqscan = off SET enable_bitmapscan = off AS $$
  WITH pairs AS (
    SELECT b.close AS is_now, r.close AS was, b.close / r.close AS ratio
      FROM (SELECT x."timestamp", x.close FROM data_ingestion.market_data AS x
             WHERE x.symbol = p_symbol AND x.data_source = p_data_source AND x."timestamp" <= p_until
             ORDER BY x."timestamp" DESC LIMIT 5) AS b
     CROSS JOIN LATERAL (
       SELECT v.close FROM data_ingestion.bar_revisions AS v
        WHERE v.symbol = p_symbol AND v.data_source = p_data_source AND v."timestamp" = b."timestamp"
        ORDER BY v.known_until DESC LIMIT 1) AS r),
  middle AS (SELECT sum(is_now) / sum(was) AS ratio, count(*) AS bars FROM pairs)
  SELECT m.ratio FROM middle AS m
   WHERE m.bars >= 3 AND abs(m.ratio - 1) > 0.05
     AND NOT EXISTS (SELECT FROM pairs AS p
                      WHERE abs(p.is_now - p.was * m.ratio) > 0.0001 * (1 + m.ratio) + p.is_now * 0.0002)
$$;

COMMENT ON FUNCTION data_ingestion.common_ratio IS
  'The one ratio by which the last bars of a series were rewritten; null where there is none.';
