-- Publishes a booked trade and the position after it. The caller has published the change of the order.
-- Called by: book_fill and bust_fill. No role may call it.
CREATE OR REPLACE FUNCTION execution.publish_trade(t execution.trades, p_causation_id text)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  p execution.positions;
BEGIN
  SELECT * INTO p FROM execution.positions AS x WHERE x.account_id = t.account_id AND x.symbol = t.symbol;
  INSERT INTO event_bus.outbox (event_id, event_type, version, service, key, correlation_id, causation_id, data, occurred_at)
    VALUES
      (event_bus.new_event_id(), 'trade_executed', event_bus.event_version('trade_executed'), 'execution', t.account_id || ':' || t.symbol, t.correlation_id,
       p_causation_id, execution.trade_payload(t), t.executed_at),
      (event_bus.new_event_id(), 'position_updated', event_bus.event_version('position_updated'), 'execution', t.account_id || ':' || t.symbol, t.correlation_id,
       p_causation_id, execution.position_payload(p, t.executed_at, t.kind), t.executed_at);
END
$$;

COMMENT ON FUNCTION execution.publish_trade IS 'Publishes a booked trade and the position after it.';
