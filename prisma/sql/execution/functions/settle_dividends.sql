-- Brings the dividends of a position up to date: what was held at the close before the ex-date has a receivable of
-- quantity x amount from the ex-date on (a short position a debt), and it is cash on the later of ex-date and pay date.
-- Without a pay date it stays a receivable. Only differences are booked, so that a dividend is paid once however often
-- this is called, and one that was corrected or cancelled, or a fill that came late, is made good.
-- Amounts are in the shares of the ex-date. On paper, bars that were fetched after a later split are in newer shares, and
-- so is the position: its amount is divided by those splits. A series that has dividends in it (`_adjusted`) earns none.
-- Called by: apply_splits and heed_actions. No role may call it.
-- Locks: the account's row in cash_accounts.
-- Isolation: READ COMMITTED.
CREATE OR REPLACE FUNCTION execution.settle_dividends(
  p_account_id text, p_symbol text, p_through date, p_correlation_id text, p_causation_id text)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  d record;
  p execution.positions;
  at_broker boolean;
  held numeric;
  newer numeric;
  owed numeric;
  accrued numeric;
  paid numeric;
BEGIN
  SELECT * INTO p FROM execution.positions AS x WHERE x.account_id = p_account_id AND x.symbol = p_symbol;
  PERFORM FROM execution.broker_accounts AS b WHERE b.account_id = p_account_id;
  at_broker := FOUND;
  IF p.id IS NULL OR (NOT at_broker AND p.mark_source ~ '_adjusted(_|$)') THEN
    RETURN;
  END IF;
  FOR d IN
    SELECT k.action_id, k.ex_date, coalesce(k.amount, 0) AS amount, coalesce(k.currency, 'USD') AS currency, k.status, greatest(k.ex_date, k.pay_date) AS cash_date, k.pay_date,
           k.ex_date::timestamp AT TIME ZONE 'America/New_York' AS ex_start
      FROM data_ingestion.actions AS k
     WHERE k.symbol = p_symbol AND k.type IN ('cash_dividend', 'special_dividend') AND k.ex_date <= p_through
       AND k.ex_date > (SELECT (min(t.executed_at) AT TIME ZONE 'America/New_York')::date FROM execution.trades AS t
                         WHERE t.account_id = p_account_id AND t.symbol = p_symbol)
     ORDER BY k.ex_date, k.action_id
  LOOP
    held := (execution.replay_position(p_account_id, p_symbol, p.trade_count, NULL, d.ex_date)).quantity;
    newer := 1;
    IF NOT at_broker THEN
      SELECT coalesce(exp(sum(ln(k.numerator / k.denominator))), 1) INTO newer FROM data_ingestion.actions AS k
       WHERE k.symbol = p_symbol AND k.type = 'split' AND k.status = 'active' AND k.ex_date > d.ex_date
         AND k.ex_date <= (SELECT b.created_at::date FROM data_ingestion.market_data AS b
                            WHERE b.symbol = p_symbol AND b.data_source = p.mark_source AND b."timestamp" < d.ex_start
                            ORDER BY b."timestamp" DESC LIMIT 1)
         AND NOT EXISTS (SELECT FROM data_ingestion.unit_changes(p_symbol, p.mark_source, d.ex_date, k.ex_date) AS u
                          WHERE u.action_id = k.action_id);
    END IF;
    owed := CASE WHEN d.status = 'active' THEN round(held * d.amount / round(newer, 10), 8) ELSE 0 END;
    SELECT coalesce(sum(t.amount) FILTER (WHERE t.kind = 'dividend'), 0),
           coalesce(sum(t.amount) FILTER (WHERE t.kind = 'dividend_payment'), 0)
      INTO accrued, paid FROM execution.cash_transfers AS t WHERE t.account_id = p_account_id AND t.action_id = d.action_id;
    IF owed <> accrued THEN
      PERFORM execution.post_transfer(p_account_id, execution.dividend_id(p_account_id, d.action_id), 'dividend', owed - accrued,
        d.currency, p_symbol, d.action_id, NULL, d.ex_start, p_correlation_id, p_causation_id);
    END IF;
    IF owed <> paid AND d.pay_date IS NOT NULL AND d.cash_date <= p_through THEN
      PERFORM execution.post_transfer(p_account_id, execution.dividend_id(p_account_id, d.action_id), 'dividend_payment', owed - paid,
        d.currency, p_symbol, d.action_id, NULL, d.cash_date::timestamp AT TIME ZONE 'America/New_York', p_correlation_id,
        p_causation_id);
    END IF;
  END LOOP;
END
$$;

COMMENT ON FUNCTION execution.settle_dividends IS
  'Brings the dividends of a position up to date: receivable from the ex-date, cash from the pay date on.';
