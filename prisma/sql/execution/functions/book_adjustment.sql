-- Books a split as the next entry of a position's chain, and returns the position after it. The caller stores it.
-- Called by: restate_position, which has locked the position. No role may call it.
CREATE OR REPLACE FUNCTION execution.book_adjustment(
  p execution.positions, p_entry execution.position_adjustments, p_correlation_id text)
RETURNS execution.positions LANGUAGE plpgsql AS $$
DECLARE
  derived record;
BEGIN
  derived := execution.replay_position(p.account_id, p.symbol, p.trade_count, p_entry, NULL);
  INSERT INTO execution.position_adjustments (account_id, symbol, position_seq, action_id, action_version, ex_date, numerator,
      denominator, whole_shares, reference_price, realized_pnl, position_quantity, position_cost, position_avg_price,
      position_realized, position_cash, correlation_id)
    VALUES (p.account_id, p.symbol, p_entry.position_seq, p_entry.action_id, p_entry.action_version, p_entry.ex_date,
      p_entry.numerator, p_entry.denominator, p_entry.whole_shares, p_entry.reference_price,
      derived.realized - p.realized_pnl, derived.quantity, derived.cost, derived.avg_price, derived.realized, derived.cash,
      p_correlation_id);
  p.quantity := derived.quantity;
  p.cost_basis := derived.cost;
  p.avg_price := derived.avg_price;
  p.realized_pnl := derived.realized;
  p.trade_count := p_entry.position_seq;
  RETURN p;
END
$$;

COMMENT ON FUNCTION execution.book_adjustment IS
  'Books a split as the next entry of a position''s chain; returns the position after it.';
