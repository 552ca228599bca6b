-- Published function: marks every position, flat ones too, at the last close of ranges of bars, publishes those that
-- changed and returns their number. Only one series marks a position: its mark_source. A mark never goes back in time,
-- and an unchanged one is not written again. The market clock of each series is moved too, whether there is a position
-- or not: a later order reads there how far the market is.
-- A mark is kept where the bars of its series were rewritten by one ratio: the quantity is of the old shares, and the
-- bars are of new ones. Where no known split explains the ratio, that is raised as a critical risk event and all orders in
-- the symbol are stopped, until heed_actions releases both.
-- Each element of `p_ranges`: symbol, dataSource, from, to, updated (how many bars were rewritten), correlationId,
-- causationId.
-- Called by: execution, src/sql/matching/matchRows.ts.
-- Locks: the market clocks of the series, and the positions by account and symbol, as book_reports locks them.
-- Isolation: READ COMMITTED.
CREATE OR REPLACE FUNCTION execution.mark_positions(p_ranges jsonb)
RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off SET enable_bitmapscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
DECLARE
  changed bigint;
  rewritten record;
BEGIN
  FOR rewritten IN
    SELECT x.id, x.account_id, x.symbol, x.mark_source, x.marked_at, x.mark_price, b.close, r."correlationId", r."causationId",
           data_ingestion.common_ratio(x.symbol, x.mark_source, x.marked_at) AS ratio
      FROM jsonb_to_recordset(p_ranges) AS r(symbol text, "dataSource" text, "from" timestamptz, "to" timestamptz, updated bigint,
             "correlationId" text, "causationId" text)
      JOIN execution.positions AS x ON x.symbol = r.symbol AND x.mark_source = r."dataSource"
       AND x.marked_at >= r."from" AND x.marked_at <= r."to" AND x.quantity <> 0 AND NOT x.mark_kept
      JOIN data_ingestion.bars AS b ON b.symbol = x.symbol AND b.data_source = x.mark_source AND b."timestamp" = x.marked_at
       AND b.close <> x.marked_close
     WHERE r.updated > 0
  LOOP
    CONTINUE WHEN rewritten.ratio IS NULL;
    UPDATE execution.positions AS p SET mark_kept = true WHERE p.id = rewritten.id;
    CONTINUE WHEN data_ingestion.unexplained_ratio(rewritten.symbol, rewritten.mark_source, rewritten.marked_at) IS NULL;
    PERFORM risk_management.halt_symbol(rewritten.symbol,
      format('%s of %s was rewritten by %s, and no split explains it', rewritten.mark_source, rewritten.symbol, round(rewritten.ratio, 6)));
    PERFORM risk_management.raise_event(
      'rewritten-' || left(encode(sha256(convert_to(concat_ws(chr(10), rewritten.account_id, rewritten.symbol, rewritten.mark_source,
        rewritten.marked_at::text, rewritten.close::text), 'UTF8')), 'hex'), 40),
      rewritten.account_id, 'series_rewritten', 'critical',
      format('the bars of %s in %s were rewritten by the ratio %s, and no known split explains it: the mark of %s stays at %s, and orders in %s '
        'are stopped until "trading actions add" or "trading actions cancel" says what it was', rewritten.symbol, rewritten.mark_source,
        round(rewritten.ratio, 6), rewritten.account_id, rewritten.mark_price, rewritten.symbol),
      jsonb_build_object('symbol', rewritten.symbol, 'dataSource', rewritten.mark_source, 'ratio', round(rewritten.ratio, 8)::text,
        'markPrice', rewritten.mark_price::text, 'close', rewritten.close::text),
      rewritten.marked_at, rewritten."correlationId", rewritten."causationId");
  END LOOP;
  WITH last AS MATERIALIZED (
    SELECT DISTINCT ON (r.symbol, r."dataSource")
           r.symbol, r."dataSource" AS series, b.close, b.at, r."correlationId", r."causationId"
      FROM jsonb_to_recordset(p_ranges) AS r(symbol text, "dataSource" text, "from" timestamptz, "to" timestamptz,
             "correlationId" text, "causationId" text)
     CROSS JOIN LATERAL (
       SELECT x.close, x."timestamp" AS at FROM data_ingestion.bars AS x
        WHERE x.symbol = r.symbol AND x.data_source = r."dataSource" AND x."timestamp" >= r."from" AND x."timestamp" <= r."to"
        ORDER BY x."timestamp" DESC LIMIT 1) AS b
     ORDER BY r.symbol, r."dataSource", b.at DESC),
  ticked AS (
    INSERT INTO execution.market_clocks AS c (symbol, data_source, through) SELECT l.symbol, l.series, l.at FROM last AS l
    ON CONFLICT (symbol, data_source) DO UPDATE SET through = excluded.through WHERE c.through < excluded.through),
  due AS MATERIALIZED (
    SELECT x.id, l.close, l.at, l."correlationId", l."causationId"
      FROM last AS l JOIN execution.positions AS x ON x.symbol = l.symbol AND x.mark_source = l.series
     WHERE NOT x.mark_kept AND (x.marked_at IS NULL OR x.marked_at < l.at OR (x.marked_at = l.at AND x.mark_price <> l.close))
     ORDER BY x.account_id, x.symbol FOR UPDATE OF x),
  marked AS (
    UPDATE execution.positions AS p
       SET mark_price = d.close, marked_at = d.at, marked_close = d.close, last_updated = clock_timestamp(),
           market_value = p.quantity * d.close, unrealized_pnl = p.quantity * d.close - p.cost_basis
      FROM due AS d WHERE p.id = d.id
    RETURNING p AS position, d."correlationId", d."causationId")
  INSERT INTO event_bus.outbox (event_id, event_type, version, service, key, correlation_id, causation_id, data, occurred_at)
  SELECT event_bus.new_event_id(), 'position_updated', event_bus.event_version('position_updated'), 'execution', (m.position).account_id || ':' || (m.position).symbol,
         m."correlationId", m."causationId", execution.position_payload(m.position, (m.position).marked_at, 'mark'),
         (m.position).marked_at
    FROM marked AS m;
  GET DIAGNOSTICS changed = ROW_COUNT;
  RETURN changed;
END
$$;

COMMENT ON FUNCTION execution.mark_positions IS
  'Published function: marks positions at the last close of each range of bars; returns how many changed.';
