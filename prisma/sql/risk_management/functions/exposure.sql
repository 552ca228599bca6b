-- What the risk checks need to know of an account: the position in a symbol, how much of it the working orders may
-- still buy and sell, the price that it is valued at, the worst value of all other symbols, and the P&L of the account,
-- dividends, interest and fees included.
-- The worst value of a symbol is that of its position after all its buys, or all its sells, have filled.
-- One statement and so one snapshot: between two statements, a fill could move shares from an order to a position.
-- Called by: reserve_order. Inlined into its statements.
CREATE OR REPLACE FUNCTION risk_management.exposure(p_account_id text, p_symbol text)
RETURNS TABLE (held numeric, buys numeric, sells numeric, price numeric, others numeric, pnl numeric)
LANGUAGE sql STABLE AS $$
  SELECT coalesce(sum(s.held) FILTER (WHERE s.symbol = p_symbol), 0),
         coalesce(sum(s.buys) FILTER (WHERE s.symbol = p_symbol), 0),
         coalesce(sum(s.sells) FILTER (WHERE s.symbol = p_symbol), 0),
         max(s.price) FILTER (WHERE s.symbol = p_symbol),
         coalesce(sum(greatest(abs(s.held + s.buys), abs(s.held - s.sells)) * s.price)
                    FILTER (WHERE s.symbol <> p_symbol), 0),
         coalesce(sum(s.pnl), 0)
           + coalesce((SELECT c.other_income FROM execution.account_cash AS c WHERE c.account_id = p_account_id), 0)
    FROM (SELECT e.symbol, sum(e.held) AS held, sum(e.buys) AS buys, sum(e.sells) AS sells, max(e.price) AS price,
                 sum(e.pnl) AS pnl
            FROM (SELECT h.symbol, h.quantity AS held, 0 AS buys, 0 AS sells, coalesce(h.mark_price, h.avg_price) AS price,
                         h.realized_pnl + coalesce(h.quantity * h.mark_price - h.cost_basis, 0) AS pnl
                    FROM execution.holdings AS h WHERE h.account_id = p_account_id
                  UNION ALL
                  SELECT w.symbol, 0, CASE w.side WHEN 'buy' THEN w.leaves ELSE 0 END,
                         CASE w.side WHEN 'sell' THEN w.leaves ELSE 0 END,
                         greatest(w.reference_price, w.price, w.stop_price), 0
                    FROM execution.working_orders AS w WHERE w.account_id = p_account_id) AS e
           GROUP BY e.symbol) AS s
$$;

COMMENT ON FUNCTION risk_management.exposure IS
  'An account''s exposure for the check of an order: position and working orders of a symbol, worst value of all other symbols, P&L.';
