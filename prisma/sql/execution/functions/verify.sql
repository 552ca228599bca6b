-- Derives orders, positions and P&L again from the trades and returns every difference; no row where there is none.
-- Each trade of a position is derived from the entry before it, each split by replaying what came before it, orders from
-- their trades. Independent of average cost, it
-- also compares the money: realised P&L less cost basis must equal what was received less what was paid, cash in
-- lieu of fractions included. Null arguments
-- mean all accounts, all symbols.
-- Cash is compared with the ledger where no symbol is asked for.
-- Called by: execution, src/sql/positions/verifyLedger.ts.
CREATE OR REPLACE FUNCTION execution.verify(p_account_id text, p_symbol text)
RETURNS TABLE (what text, account_id text, symbol text, id text, field text, stored text, derived text)
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
  WITH entries AS (
    SELECT t.account_id, t.symbol, t.trade_id::text AS trade_id, t.position_seq, t.side, t.quantity, t.price, t.commission, t.realized_pnl,
           t.position_quantity, t.position_cost, t.position_avg_price, t.position_realized, NULL::numeric AS position_cash
      FROM execution.trades AS t
     WHERE (p_account_id IS NULL OR t.account_id = p_account_id) AND (p_symbol IS NULL OR t.symbol = p_symbol)
    UNION ALL
    SELECT a.account_id, a.symbol, a.action_id, a.position_seq, NULL, NULL, NULL, NULL, a.realized_pnl,
           a.position_quantity, a.position_cost, a.position_avg_price, a.position_realized, a.position_cash
      FROM execution.position_adjustments AS a
     WHERE (p_account_id IS NULL OR a.account_id = p_account_id) AND (p_symbol IS NULL OR a.symbol = p_symbol)),
  chain AS (
    SELECT t.*, lag(t.position_seq, 1, 0::bigint) OVER w AS seq_before, lag(t.position_quantity, 1, 0.0) OVER w AS quantity_before,
           lag(t.position_cost, 1, 0.0) OVER w AS cost_before, lag(t.position_avg_price, 1, 0.0) OVER w AS avg_before,
           lag(t.position_realized, 1, 0.0) OVER w AS realized_before,
           row_number() OVER (PARTITION BY t.account_id, t.symbol ORDER BY t.position_seq DESC) AS from_end
      FROM entries AS t
    WINDOW w AS (PARTITION BY t.account_id, t.symbol ORDER BY t.position_seq)),
  links AS (
    SELECT c.account_id, c.symbol, c.trade_id, f.field, f.stored, f.derived
      FROM chain AS c
     CROSS JOIN LATERAL execution.apply_fill(c.quantity_before, c.cost_before, c.avg_before,
       CASE c.side WHEN 'buy' THEN c.quantity ELSE -c.quantity END, c.price, c.commission) AS a
     CROSS JOIN LATERAL (VALUES
       ('position_seq', c.position_seq::numeric, c.seq_before + 1), ('position_quantity', c.position_quantity, a.new_quantity),
       ('position_cost', c.position_cost, a.new_cost), ('position_avg_price', c.position_avg_price, a.new_avg_price),
       ('realized_pnl', c.realized_pnl, a.realized), ('position_realized', c.position_realized, c.realized_before + a.realized)
     ) AS f(field, stored, derived)
     WHERE c.side IS NOT NULL AND f.stored <> f.derived
    UNION ALL
    SELECT c.account_id, c.symbol, c.trade_id, f.field, f.stored, f.derived
      FROM chain AS c
     CROSS JOIN LATERAL execution.replay_position(c.account_id, c.symbol, c.position_seq, NULL, NULL) AS a
     CROSS JOIN LATERAL (VALUES
       ('position_seq', c.position_seq::numeric, c.seq_before + 1), ('position_quantity', c.position_quantity, a.quantity),
       ('position_cost', c.position_cost, a.cost), ('position_avg_price', c.position_avg_price, a.avg_price),
       ('realized_pnl', c.realized_pnl, a.realized - c.realized_before), ('position_realized', c.position_realized, a.realized),
       ('position_cash', c.position_cash, a.cash)) AS f(field, stored, derived)
     WHERE c.side IS NULL AND f.stored <> f.derived),
  ends AS (SELECT * FROM chain WHERE from_end = 1),
  money AS (
    SELECT t.account_id, t.symbol, coalesce(sum(CASE t.side WHEN 'buy' THEN -t.quantity ELSE t.quantity END * t.price - t.commission), 0)
             + coalesce((array_agg(t.position_cash ORDER BY t.position_seq DESC) FILTER (WHERE t.position_cash IS NOT NULL))[1], 0) AS cash
      FROM chain AS t GROUP BY t.account_id, t.symbol),
  held AS (
    SELECT * FROM execution.positions AS p
     WHERE (p_account_id IS NULL OR p.account_id = p_account_id) AND (p_symbol IS NULL OR p.symbol = p_symbol)),
  holdings AS (
    SELECT coalesce(p.account_id, e.account_id) AS account_id, coalesce(p.symbol, e.symbol) AS symbol, f.field, f.stored, f.derived
      FROM held AS p FULL JOIN ends AS e ON e.account_id = p.account_id AND e.symbol = p.symbol
      LEFT JOIN money AS m ON m.account_id = e.account_id AND m.symbol = e.symbol
     CROSS JOIN LATERAL (VALUES
       ('quantity', p.quantity, coalesce(e.position_quantity, 0)), ('cost_basis', p.cost_basis, coalesce(e.position_cost, 0)),
       ('avg_price', p.avg_price, coalesce(e.position_avg_price, 0)), ('realized_pnl', p.realized_pnl, coalesce(e.position_realized, 0)),
       ('trade_count', p.trade_count::numeric, coalesce(e.position_seq, 0)::numeric),
       ('realized_pnl - cost_basis', p.realized_pnl - p.cost_basis, coalesce(m.cash, 0)),
       ('unrealized_pnl', p.unrealized_pnl, round(p.quantity * p.mark_price - p.cost_basis, 4)),
       ('market_value', p.market_value, round(p.quantity * p.mark_price, 4))) AS f(field, stored, derived)
     WHERE f.stored IS DISTINCT FROM f.derived),
  fills AS (
    SELECT o.account_id, o.symbol, o.order_id, f.field, f.stored, f.derived
      FROM execution.orders AS o CROSS JOIN LATERAL execution.filled(o.order_id) AS t
     CROSS JOIN LATERAL (VALUES ('filled_quantity', o.filled_quantity, t.quantity), ('busted_quantity', o.busted_quantity, t.busted),
       ('avg_fill_price', o.avg_fill_price, execution.average_price(t.paid, t.quantity))) AS f(field, stored, derived)
     WHERE (p_account_id IS NULL OR o.account_id = p_account_id) AND (p_symbol IS NULL OR o.symbol = p_symbol)
       AND f.stored IS DISTINCT FROM f.derived),
  -- Each log row begins with the status that the one before it ended with, and the last one ends with the order's status.
  steps AS (
    SELECT o.account_id, o.symbol, o.order_id, o.status, l.from_status, l.to_status,
           lag(l.to_status) OVER path AS before, l.id = max(l.id) OVER (PARTITION BY l.order_id) AS last, l.id
      FROM execution.execution_logs AS l JOIN execution.orders AS o ON o.order_id = l.order_id
     WHERE (p_account_id IS NULL OR o.account_id = p_account_id) AND (p_symbol IS NULL OR o.symbol = p_symbol)
    WINDOW path AS (PARTITION BY l.order_id ORDER BY l.id))
  SELECT 'cash', a.account_id, '', a.account_id, f.field, f.stored::text, f.derived::text
    FROM execution.cash_accounts AS a CROSS JOIN LATERAL execution.transfer_totals(a.account_id) AS t
   CROSS JOIN LATERAL (VALUES ('net_deposits', a.net_deposits, t.net_deposits), ('other_income', a.other_income, t.other_income),
     ('receivable', a.receivable, t.receivable), ('cash', execution.cash_of(a.account_id),
       (SELECT coalesce(sum(l.amount), 0) FROM execution.ledger(a.account_id) AS l WHERE l.ledger_account = 'cash'))
     ) AS f(field, stored, derived)
   WHERE (p_account_id IS NULL OR a.account_id = p_account_id) AND p_symbol IS NULL AND f.stored <> f.derived
  UNION ALL
  SELECT 'trade', account_id, symbol, trade_id, field, stored::text, derived::text FROM links
  UNION ALL
  SELECT 'position', account_id, symbol, account_id || ':' || symbol, field, stored::text, derived::text FROM holdings
  UNION ALL
  SELECT 'order', account_id, symbol, order_id, field, stored::text, derived::text FROM fills
  UNION ALL
  SELECT 'log', account_id, symbol, order_id, 'from_status', from_status::text, before::text FROM steps WHERE before IS NOT NULL AND from_status IS DISTINCT FROM before
  UNION ALL
  SELECT 'log', account_id, symbol, order_id, 'status', status::text, to_status::text FROM steps WHERE last AND status <> to_status
  ORDER BY 2, 3, 1, 4
$$;

COMMENT ON FUNCTION execution.verify IS
  'Derives orders, positions and P&L again from the trades; returns every difference, no row where there is none.';
