-- The same as `service = event_bus.current_service()`, without the call: every transaction that publishes asks this.
ALTER POLICY publish_as_itself ON event_bus.outbox WITH CHECK (current_user = 'trading_' || service);
