-- The same as `service = event_bus.current_service()`, without the call: each transaction that publishes asks this, and starting to
-- ask cost more than the answer.
ALTER POLICY publish_as_itself ON event_bus.outbox WITH CHECK (current_user = 'trading_' || service);
