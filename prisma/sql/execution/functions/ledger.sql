-- The ledger of an account in double entry: the postings of each trade, split and transfer, which sum to zero. A trade is
-- its own posting set: what it paid, the cost of what it bought, the P&L that it realised and its commission balance by the
-- rule that books it, so nothing has to be written twice.
-- Called by: verify, and execution, src/sql/cash/selectLedger.ts.
CREATE OR REPLACE FUNCTION execution.ledger(p_account_id text)
RETURNS TABLE (entry_id text, kind text, symbol text, occurred_at timestamptz, settlement_date date, booked_at timestamptz,
  ledger_account text, amount numeric)
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT t.trade_id, t.kind, t.symbol, t.executed_at, t.settlement_date, t.created_at, l.ledger_account, l.amount
    FROM execution.trades AS t
   CROSS JOIN LATERAL (SELECT CASE t.side WHEN 'buy' THEN t.quantity ELSE -t.quantity END * t.price AS paid) AS x
   CROSS JOIN LATERAL (VALUES ('cash', -x.paid - t.commission), ('securities', t.realized_pnl + x.paid + t.commission),
     ('realized', -t.realized_pnl - t.commission), ('commissions', t.commission)) AS l(ledger_account, amount)
   WHERE t.account_id = p_account_id AND l.amount <> 0
  UNION ALL
  SELECT a.action_id || ' #' || a.position_seq, 'split', a.symbol, a.ex_date::timestamp AT TIME ZONE 'America/New_York', a.ex_date,
         a.created_at, l.ledger_account, l.amount
    FROM (SELECT b.*, b.position_cash - lag(b.position_cash, 1, 0.0) OVER (PARTITION BY b.symbol ORDER BY b.position_seq) AS cash
            FROM execution.position_adjustments AS b WHERE b.account_id = p_account_id) AS a
   CROSS JOIN LATERAL (VALUES ('cash', a.cash), ('securities', a.realized_pnl - a.cash), ('realized', -a.realized_pnl)) AS l(ledger_account, amount)
   WHERE l.amount <> 0
  UNION ALL
  SELECT c.transfer_id, c.kind, c.symbol, c.occurred_at, NULL, c.created_at, l.ledger_account, l.amount
    FROM execution.cash_transfers AS c
   CROSS JOIN LATERAL (VALUES (c.debit, c.amount), (c.credit, -c.amount)) AS l(ledger_account, amount)
   WHERE c.account_id = p_account_id
$$;

COMMENT ON FUNCTION execution.ledger IS
  'The ledger of an account in double entry: postings of trades, splits and transfers; the amounts of one entry sum to zero.';
