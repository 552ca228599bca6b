-- Published function: before bars are matched and mark positions, applies the splits and dividends whose dates the market
-- reaches with these bars: to the positions that the series marks, and splits to the orders that work at its prices. Returns how many
-- positions changed. Each element of `p_ranges`: symbol, dataSource, to, correlationId, causationId.
-- Called by: execution, src/sql/matching/matchRows.ts.
-- Locks: see restate_position.
-- Isolation: READ COMMITTED.
CREATE OR REPLACE FUNCTION execution.apply_splits(p_ranges jsonb)
RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off SET enable_bitmapscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
DECLARE
  due record;
  u record;
  held record;
  changed bigint := 0;
BEGIN
  FOR due IN
    SELECT r.symbol, r."dataSource" AS series, max((r."to" AT TIME ZONE 'America/New_York')::date) AS through,
           min((c.through AT TIME ZONE 'America/New_York')::date) AS reached, min(r."correlationId") AS correlation_id,
           min(r."causationId") AS causation_id
      FROM jsonb_to_recordset(p_ranges) AS r(symbol text, "dataSource" text, "to" timestamptz, "correlationId" text, "causationId" text)
      LEFT JOIN execution.market_clocks AS c ON c.symbol = r.symbol AND c.data_source = r."dataSource"
     WHERE EXISTS (SELECT FROM data_ingestion.corporate_actions AS a
                    WHERE a.symbol = r.symbol AND a.type IN ('split', 'cash_dividend', 'special_dividend')
                      AND a.ex_date <= (r."to" AT TIME ZONE 'America/New_York')::date
                      AND (c.through IS NULL OR greatest(a.ex_date, a.pay_date) > (c.through AT TIME ZONE 'America/New_York')::date))
     GROUP BY 1, 2
  LOOP
    FOR u IN SELECT * FROM data_ingestion.unit_changes(due.symbol, due.series, due.reached, due.through) LOOP
      PERFORM execution.cancel_for_split(due.symbol, due.series, u.ex_date, u.action_id, NULL, due.correlation_id, due.causation_id);
    END LOOP;
    FOR held IN
      SELECT p.account_id FROM execution.positions AS p WHERE p.symbol = due.symbol AND p.mark_source = due.series ORDER BY p.account_id
    LOOP
      IF execution.restate_position(held.account_id, due.symbol, due.through, false, due.correlation_id, due.causation_id) THEN
        changed := changed + 1;
      END IF;
      PERFORM execution.settle_dividends(held.account_id, due.symbol, due.through, due.correlation_id, due.causation_id);
    END LOOP;
  END LOOP;
  RETURN changed;
END
$$;

COMMENT ON FUNCTION execution.apply_splits IS
  'Published function: applies the splits and dividends that the market reaches with a set of bars; returns how many positions changed.';
