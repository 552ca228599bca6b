-- Brings one position up to the splits that are known, and publishes it where it changed. Each split that is new,
-- corrected or cancelled becomes an entry of the chain whose position is what replaying all trades and splits in the
-- order of the market gives: heard of in time or late, the result is the same. Nothing is done where nothing changed, so
-- an action is applied once however often this is called.
-- An account at a remote broker holds real shares: every split counts. A position on paper is in the shares of the series
-- that marks it: a split counts where that series changes its shares (data_ingestion.unit_changes).
-- `p_through` is the date that the market has reached; splits with a later ex-date wait. `p_newly_marked` means that the
-- mark is in the new shares already. Returns whether the position changed.
-- Called by: book_trade, apply_splits and heed_actions. No role may call it.
-- Locks: the position's row, then orders that a split cancels.
-- Isolation: READ COMMITTED.
CREATE OR REPLACE FUNCTION execution.restate_position(
  p_account_id text, p_symbol text, p_through date, p_newly_marked boolean, p_correlation_id text, p_causation_id text)
RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
  p execution.positions;
  a record;
  entry execution.position_adjustments;
  derived record;
  at_broker boolean;
  through date;
  marked_on date;
  factor numeric;
  changed boolean := false;
  as_of timestamptz;
BEGIN
  SELECT * INTO p FROM execution.positions AS x WHERE x.account_id = p_account_id AND x.symbol = p_symbol FOR UPDATE;
  IF NOT FOUND THEN
    RETURN false;
  END IF;
  PERFORM FROM execution.broker_accounts AS b WHERE b.account_id = p_account_id;
  at_broker := FOUND;
  marked_on := (p.marked_at AT TIME ZONE 'America/New_York')::date;
  through := greatest(p_through, p.last_ex_date, marked_on);
  FOR a IN
    WITH applied AS (
      SELECT DISTINCT ON (x.action_id) x.action_id, x.action_version, x.ex_date, x.numerator, x.denominator, x.reference_price
        FROM execution.position_adjustments AS x WHERE x.account_id = p_account_id AND x.symbol = p_symbol
       ORDER BY x.action_id, x.position_seq DESC),
    moved AS MATERIALIZED (
      SELECT u.action_id, u.rewritten FROM data_ingestion.unit_changes(p_symbol, p.mark_source, NULL, through) AS u WHERE NOT at_broker)
    SELECT k.action_id, k.version, k.ex_date, coalesce(m.rewritten, false) AS rewritten, x.reference_price,
           CASE k.status WHEN 'active' THEN k.numerator ELSE 1 END AS numerator,
           CASE k.status WHEN 'active' THEN k.denominator ELSE 1 END AS denominator,
           coalesce(x.numerator, 1) AS old_numerator, coalesce(x.denominator, 1) AS old_denominator
      FROM data_ingestion.actions AS k
      LEFT JOIN applied AS x ON x.action_id = k.action_id
      LEFT JOIN moved AS m ON m.action_id = k.action_id
     WHERE k.symbol = p_symbol AND k.type = 'split' AND k.ex_date <= through
       AND (x.action_id IS NOT NULL OR (k.status = 'active' AND (at_broker OR m.action_id IS NOT NULL)))
       AND CASE k.status WHEN 'active' THEN k.numerator ELSE 1 END * coalesce(x.denominator, 1)
           <> CASE k.status WHEN 'active' THEN k.denominator ELSE 1 END * coalesce(x.numerator, 1)
       -- Nothing was held in the old shares: the split changes nothing.
       AND EXISTS (SELECT FROM execution.trades AS t WHERE t.account_id = p_account_id AND t.symbol = p_symbol
                      AND (t.executed_at AT TIME ZONE 'America/New_York')::date < k.ex_date)
     ORDER BY k.ex_date, k.action_id
  LOOP
    entry := NULL;
    entry.account_id := p_account_id;
    entry.symbol := p_symbol;
    entry.position_seq := p.trade_count + 1;
    entry.action_id := a.action_id;
    entry.action_version := a.version;
    entry.ex_date := a.ex_date;
    entry.numerator := a.numerator;
    entry.denominator := a.denominator;
    entry.whole_shares := coalesce((SELECT y.whole_shares FROM execution.account_policies AS y WHERE y.account_id = p_account_id), false);
    -- The last price before the ex-date, in the old shares.
    entry.reference_price := coalesce(a.reference_price,
      CASE WHEN marked_on < a.ex_date AND NOT p_newly_marked THEN p.mark_price END,
      (SELECT round(b.close * CASE WHEN a.rewritten THEN a.numerator / a.denominator ELSE 1 END, 4) FROM data_ingestion.bars AS b
        WHERE b.symbol = p_symbol AND b.data_source = p.mark_source
          AND b."timestamp" < a.ex_date::timestamp AT TIME ZONE 'America/New_York'
        ORDER BY b."timestamp" DESC LIMIT 1));
    p := execution.book_adjustment(p, entry, p_correlation_id);
    IF marked_on < a.ex_date AND NOT p_newly_marked THEN
      p.mark_price := round(p.mark_price * a.denominator * a.old_numerator / (a.numerator * a.old_denominator), 4);
    END IF;
    IF NOT at_broker THEN
      PERFORM execution.cancel_for_split(p_symbol, p.mark_source, a.ex_date, a.action_id, p_account_id, p_correlation_id, p_causation_id);
    END IF;
    changed := true;
  END LOOP;
  -- A fill, or a bust of one, from before a split that is applied: the position is restated by another entry of that split.
  IF NOT changed THEN
    SELECT x.* INTO entry FROM execution.position_adjustments AS x WHERE x.account_id = p_account_id AND x.symbol = p_symbol
     ORDER BY x.position_seq DESC LIMIT 1;
    IF FOUND THEN
      derived := execution.replay_position(p_account_id, p_symbol, p.trade_count, NULL, NULL);
      IF (derived.quantity, derived.cost, derived.avg_price, derived.realized)
         IS DISTINCT FROM (p.quantity, p.cost_basis, p.avg_price, p.realized_pnl) THEN
        entry.position_seq := p.trade_count + 1;
        p := execution.book_adjustment(p, entry, p_correlation_id);
        changed := true;
      END IF;
    END IF;
  END IF;
  UPDATE execution.positions AS x
     SET quantity = p.quantity, cost_basis = p.cost_basis, avg_price = p.avg_price, realized_pnl = p.realized_pnl,
         trade_count = p.trade_count, mark_price = p.mark_price, market_value = p.quantity * p.mark_price,
         unrealized_pnl = p.quantity * p.mark_price - p.cost_basis, last_updated = clock_timestamp(),
         -- The bar of the mark may be rewritten by the split: it can't be compared any more.
         marked_close = CASE WHEN changed THEN NULL ELSE x.marked_close END, mark_kept = x.mark_kept AND NOT changed,
         last_ex_date = (SELECT max(k.ex_date) FROM data_ingestion.actions AS k
                          WHERE k.symbol = p_symbol AND k.type = 'split' AND k.status = 'active' AND k.ex_date <= through),
         next_ex_date = (SELECT min(k.ex_date) FROM data_ingestion.actions AS k
                          WHERE k.symbol = p_symbol AND k.type = 'split' AND k.status = 'active' AND k.ex_date > through)
   WHERE x.id = p.id RETURNING x.* INTO p;
  IF changed THEN
    as_of := greatest(p.last_ex_date::timestamp AT TIME ZONE 'America/New_York', p.marked_at,
      (SELECT max(t.executed_at) FROM execution.trades AS t WHERE t.account_id = p_account_id AND t.symbol = p_symbol));
    INSERT INTO event_bus.outbox (event_id, event_type, version, service, key, correlation_id, causation_id, data, occurred_at)
      VALUES (event_bus.new_event_id(), 'position_updated', event_bus.event_version('position_updated'), 'execution',
        p_account_id || ':' || p_symbol, p_correlation_id, p_causation_id, execution.position_payload(p, as_of, 'split'), as_of);
  END IF;
  RETURN changed;
END
$$;

COMMENT ON FUNCTION execution.restate_position IS
  'Brings one position up to the splits that are known, each applied once; returns whether it changed.';
