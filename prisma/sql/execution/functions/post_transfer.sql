-- Books a movement of money that is no trade, once for its id, and publishes it. Deposits and withdrawals change the
-- capital that risk measures from, in the same transaction. Returns
--   booked         the usual case
--   duplicate      nothing was done: this id is booked already, with the same kind and amount
--   conflicting    nothing was done: this id is booked with other values
--   insufficient   nothing was done: a withdrawal of more than the account has in cash
--   currency       nothing was done: the account has another currency
-- Called by: post_cash and settle_dividends. No role may call it.
-- Locks: the account's row.
-- Isolation: READ COMMITTED.
CREATE OR REPLACE FUNCTION execution.post_transfer(
  p_account_id text, p_transfer_id text, p_kind text, p_amount numeric, p_currency text, p_symbol text, p_action_id text,
  p_reason text, p_occurred_at timestamptz, p_correlation_id text, p_causation_id text)
RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  a execution.cash_accounts;
  known execution.cash_transfers;
  deposits numeric := CASE p_kind WHEN 'opening' THEN p_amount WHEN 'deposit' THEN p_amount WHEN 'withdrawal' THEN -p_amount ELSE 0 END;
BEGIN
  INSERT INTO execution.cash_accounts (account_id, currency) VALUES (p_account_id, p_currency) ON CONFLICT (account_id) DO NOTHING;
  SELECT * INTO a FROM execution.cash_accounts AS x WHERE x.account_id = p_account_id FOR UPDATE;
  SELECT * INTO known FROM execution.cash_transfers AS t WHERE t.account_id = p_account_id AND t.transfer_id = p_transfer_id;
  IF FOUND THEN
    RETURN CASE WHEN (known.kind, known.amount, known.currency) = (p_kind, p_amount, p_currency) THEN 'duplicate' ELSE 'conflicting' END;
  ELSIF a.currency <> p_currency THEN
    RETURN 'currency';
  ELSIF p_kind = 'withdrawal' AND execution.cash_of(p_account_id) < p_amount THEN
    RETURN 'insufficient';
  END IF;
  INSERT INTO execution.cash_transfers (account_id, transfer_id, kind, debit, credit, amount, currency, symbol, action_id, reason,
      occurred_at, correlation_id)
    VALUES (p_account_id, p_transfer_id, p_kind,
      CASE p_kind WHEN 'withdrawal' THEN 'external' WHEN 'fee' THEN 'fees' WHEN 'tax' THEN 'taxes' WHEN 'dividend' THEN 'receivable' ELSE 'cash' END,
      CASE p_kind WHEN 'opening' THEN 'external' WHEN 'deposit' THEN 'external' WHEN 'interest' THEN 'interest'
        WHEN 'dividend' THEN 'dividends' WHEN 'dividend_payment' THEN 'receivable' ELSE 'cash' END,
      p_amount, p_currency, p_symbol, p_action_id, p_reason, p_occurred_at, p_correlation_id);
  UPDATE execution.cash_accounts AS x
     SET net_deposits = x.net_deposits + deposits,
         other_income = x.other_income + CASE p_kind WHEN 'interest' THEN p_amount WHEN 'dividend' THEN p_amount
           WHEN 'fee' THEN -p_amount WHEN 'tax' THEN -p_amount ELSE 0 END,
         receivable = x.receivable + CASE p_kind WHEN 'dividend' THEN p_amount WHEN 'dividend_payment' THEN -p_amount ELSE 0 END
   WHERE x.account_id = p_account_id RETURNING * INTO a;
  IF p_kind IN ('deposit', 'withdrawal') THEN
    PERFORM risk_management.add_capital(p_account_id, deposits);
  END IF;
  INSERT INTO event_bus.outbox (event_id, event_type, version, service, key, correlation_id, causation_id, data, occurred_at)
    VALUES (event_bus.new_event_id(), 'cash_updated', event_bus.event_version('cash_updated'), 'execution', p_account_id,
      p_correlation_id, p_causation_id,
      jsonb_object(ARRAY['accountId', p_account_id, 'transferId', p_transfer_id, 'kind', p_kind, 'amount', p_amount::text,
        'currency', p_currency, 'symbol', p_symbol, 'cash', execution.cash_of(p_account_id)::text, 'netDeposits', a.net_deposits::text,
        'otherIncome', a.other_income::text, 'receivable', a.receivable::text, 'asOf', execution.utc_text(p_occurred_at),
        'reason', p_reason]), p_occurred_at);
  RETURN 'booked';
END
$$;

COMMENT ON FUNCTION execution.post_transfer IS
  'Books a movement of money that is no trade, once for its id, and publishes it; returns what was done.';
