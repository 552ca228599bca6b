-- Published function: a corporate action of a symbol was announced, corrected or cancelled. Every position in the symbol
-- is restated where the market is past the ex-date, whenever that was, and its dividends are brought up to date. Marks that were kept, because their series was
-- rewritten without a known reason, are released, with the orders of the symbol, and taken from the last bar. Returns how
-- many positions changed. `p_through` is a date up to which splits are applied although no bar has come yet, or null.
-- Called by: execution, src/sql/positions/heedActions.ts.
-- Locks: see restate_position and mark_positions.
-- Isolation: READ COMMITTED.
CREATE OR REPLACE FUNCTION execution.heed_actions(p_symbol text, p_through date, p_correlation_id text, p_causation_id text)
RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off SET enable_bitmapscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
DECLARE
  held record;
  reached date;
  changed bigint := 0;
BEGIN
  PERFORM risk_management.release_symbol(p_symbol);
  FOR held IN
    SELECT p.account_id, p.mark_source, p.marked_at, p.mark_kept, c.through, b.account_id IS NOT NULL AS at_broker,
           (SELECT max(t.executed_at) FROM execution.trades AS t WHERE t.account_id = p.account_id AND t.symbol = p.symbol) AS traded_at
      FROM execution.positions AS p
      LEFT JOIN execution.market_clocks AS c ON c.symbol = p.symbol AND c.data_source = p.mark_source
      LEFT JOIN execution.broker_accounts AS b ON b.account_id = p.account_id
     WHERE p.symbol = p_symbol ORDER BY p.account_id
  LOOP
    reached := greatest(p_through, (greatest(held.traded_at, held.through) AT TIME ZONE 'America/New_York')::date,
      CASE WHEN held.at_broker THEN (clock_timestamp() AT TIME ZONE 'America/New_York')::date END);
    IF execution.restate_position(held.account_id, p_symbol, reached, false, p_correlation_id, p_causation_id) THEN
      changed := changed + 1;
    END IF;
    PERFORM execution.settle_dividends(held.account_id, p_symbol, reached, p_correlation_id, p_causation_id);
    UPDATE execution.positions AS p SET mark_kept = false, marked_close = NULL
     WHERE p.account_id = held.account_id AND p.symbol = p_symbol AND p.mark_kept;
    IF held.through >= held.marked_at THEN
      PERFORM execution.mark_positions(jsonb_build_array(jsonb_build_object('symbol', p_symbol, 'dataSource', held.mark_source,
        'from', held.marked_at, 'to', held.through, 'updated', 0, 'correlationId', p_correlation_id, 'causationId', p_causation_id)));
    END IF;
  END LOOP;
  RETURN changed;
END
$$;

COMMENT ON FUNCTION execution.heed_actions IS
  'Published function: applies what became known of a symbol''s corporate actions to its positions; returns how many changed.';
