-- Published function: bars of a series were removed. Marks, and the market clock of the series, that were taken from
-- them are set back to the last bar that is left, or to null. Publishes each position that changed and returns their
-- number. A mark goes back in time only here.
-- Called by: execution, src/sql/positions/forgetBars.ts.
-- Locks: the market clock of the series, then the positions by account.
-- Isolation: READ COMMITTED.
CREATE OR REPLACE FUNCTION execution.forget_bars(p_symbol text, p_data_source text, p_from timestamptz, p_to timestamptz, p_correlation_id text)
RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  last_close numeric;
  last_at timestamptz;
  changed bigint;
BEGIN
  SELECT b.close, b."timestamp" INTO last_close, last_at FROM data_ingestion.bars AS b
   WHERE b.symbol = p_symbol AND b.data_source = p_data_source ORDER BY b."timestamp" DESC LIMIT 1;
  DELETE FROM execution.market_clocks AS c
   WHERE c.symbol = p_symbol AND c.data_source = p_data_source AND c.through BETWEEN p_from AND p_to
     AND c.through IS DISTINCT FROM last_at;
  IF FOUND AND last_at IS NOT NULL THEN
    INSERT INTO execution.market_clocks (symbol, data_source, through) VALUES (p_symbol, p_data_source, last_at);
  END IF;
  WITH due AS MATERIALIZED (
    SELECT x.id FROM execution.positions AS x
     WHERE x.symbol = p_symbol AND x.mark_source = p_data_source AND x.marked_at BETWEEN p_from AND p_to
       AND (x.marked_at, x.mark_price) IS DISTINCT FROM (last_at, last_close)
     ORDER BY x.account_id FOR UPDATE OF x),
  marked AS (
    UPDATE execution.positions AS p
       SET mark_price = last_close, marked_at = last_at, marked_close = last_close, last_updated = clock_timestamp(),
           market_value = p.quantity * last_close, unrealized_pnl = p.quantity * last_close - p.cost_basis
      FROM due AS d WHERE p.id = d.id
    RETURNING p AS position)
  INSERT INTO event_bus.outbox (event_id, event_type, version, service, key, correlation_id, data, occurred_at)
  SELECT event_bus.new_event_id(), 'position_updated', event_bus.event_version('position_updated'), 'execution',
         (m.position).account_id || ':' || (m.position).symbol, p_correlation_id, execution.position_payload(m.position, coalesce(last_at, clock_timestamp()), 'mark'),
         coalesce(last_at, clock_timestamp())
    FROM marked AS m;
  GET DIAGNOSTICS changed = ROW_COUNT;
  RETURN changed;
END
$$;

COMMENT ON FUNCTION execution.forget_bars IS
  'Published function: sets marks back that were taken from bars which no longer exist; returns how many positions changed.';
