-- The data of the event `trade_executed`, for a booked trade, a fill or a bust. This is the only place where it is
-- written.
-- Called by: publish_trade. Inlined.
CREATE OR REPLACE FUNCTION execution.trade_payload(t execution.trades) RETURNS jsonb LANGUAGE sql STABLE AS $$
  SELECT jsonb_object(ARRAY[
    'tradeId', t.trade_id, 'executionId', t.execution_id, 'orderId', t.order_id, 'accountId', t.account_id,
    'symbol', t.symbol, 'side', t.side::text, 'quantity', trim_scale(t.quantity)::text,
    'price', trim_scale(t.price)::text, 'commission', trim_scale(t.commission)::text,
    'realizedPnl', t.realized_pnl::text, 'executedAt', execution.utc_text(t.executed_at), 'strategyId', t.strategy])
$$;

COMMENT ON FUNCTION execution.trade_payload IS 'The data of the event trade_executed for a trade.';
