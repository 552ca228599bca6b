-- The data of the event `position_updated`, for a position that a fill, a bust, a mark or a split changed. This is the only
-- place where it is written.
-- Called by: publish_trade, mark_positions, forget_bars and restate_position. Inlined.
CREATE OR REPLACE FUNCTION execution.position_payload(p execution.positions, p_as_of timestamptz, p_cause text)
RETURNS jsonb LANGUAGE sql STABLE AS $$
  SELECT jsonb_object(ARRAY[
    'accountId', p.account_id, 'symbol', p.symbol, 'quantity', p.quantity::text, 'avgPrice', p.avg_price::text,
    'realizedPnl', p.realized_pnl::text, 'unrealizedPnl', p.unrealized_pnl::text, 'marketValue', p.market_value::text,
    'markPrice', p.mark_price::text, 'asOf', execution.utc_text(p_as_of), 'cause', p_cause])
$$;

COMMENT ON FUNCTION execution.position_payload IS 'The data of the event position_updated for a position.';
