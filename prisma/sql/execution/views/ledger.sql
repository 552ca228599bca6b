-- The ledger in double entry: the postings of each trade, split and transfer, which sum to zero. A trade is its own
-- posting set: what it paid, the cost of what it bought, the P&L that it realised and its commission balance by the rule
-- that books it, so nothing has to be written twice.
-- Read by: execution, src/sql/cash/selectLedger.ts.
CREATE OR REPLACE VIEW execution.ledger AS
  SELECT t.account_id, t.trade_id::text AS entry_id, t.kind::text AS kind, t.symbol::text AS symbol, t.executed_at AS occurred_at,
         t.settlement_date, t.created_at AS booked_at, l.ledger_account, l.amount
    FROM execution.trades AS t
   CROSS JOIN LATERAL (SELECT CASE t.side WHEN 'buy' THEN t.quantity ELSE -t.quantity END * t.price AS paid) AS x
   CROSS JOIN LATERAL (VALUES ('cash', -x.paid - t.commission), ('securities', t.realized_pnl + x.paid + t.commission),
     ('realized', -t.realized_pnl - t.commission), ('commissions', t.commission)) AS l(ledger_account, amount)
   WHERE l.amount <> 0
  UNION ALL
  SELECT a.account_id, a.action_id || ' #' || a.position_seq, 'split', a.symbol, a.ex_date::timestamp AT TIME ZONE 'America/New_York',
         a.ex_date, a.created_at, l.ledger_account, l.amount
    FROM (SELECT b.*, b.position_cash - lag(b.position_cash, 1, 0.0) OVER (PARTITION BY b.account_id, b.symbol ORDER BY b.position_seq) AS cash
            FROM execution.position_adjustments AS b) AS a
   CROSS JOIN LATERAL (VALUES ('cash', a.cash), ('securities', a.realized_pnl - a.cash), ('realized', -a.realized_pnl)) AS l(ledger_account, amount)
   WHERE l.amount <> 0
  UNION ALL
  SELECT c.account_id, c.transfer_id, c.kind, c.symbol, c.occurred_at, NULL, c.created_at, l.ledger_account, l.amount
    FROM execution.cash_transfers AS c
   CROSS JOIN LATERAL (VALUES (c.debit, c.amount), (c.credit, -c.amount)) AS l(ledger_account, amount);

COMMENT ON VIEW execution.ledger IS
  'The ledger in double entry: the postings of each trade, split and transfer; the amounts of one entry sum to zero.';
