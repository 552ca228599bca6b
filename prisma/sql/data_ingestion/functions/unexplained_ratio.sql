-- Published function: the ratio by which the last bars of a series up to a moment were rewritten (see common_ratio), where
-- no split with a later ex-date explains it; null where one does, or where nothing was rewritten. A split that somebody
-- cancelled explains any ratio: it says that there was none.
-- Called by: execution.mark_positions, and analytics, src/sql/selectUnitChanges.ts.
CREATE OR REPLACE FUNCTION data_ingestion.unexplained_ratio(p_symbol text, p_data_source text, p_until timestamptz)
RETURNS numeric LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT c.ratio FROM (SELECT data_ingestion.common_ratio(p_symbol, p_data_source, p_until) AS ratio) AS c
   WHERE c.ratio IS NOT NULL
     AND NOT EXISTS (
       SELECT FROM data_ingestion.actions AS k
        WHERE k.symbol = p_symbol AND k.type = 'split' AND k.ex_date > (p_until AT TIME ZONE 'America/New_York')::date
          AND (k.status = 'cancelled' OR abs(c.ratio * k.numerator / k.denominator - 1) < 0.01))
$$;

COMMENT ON FUNCTION data_ingestion.unexplained_ratio IS
  'Published function: the ratio by which the last bars of a series were rewritten without a known split; null where there is none.';
