ALTER TABLE event_bus.outbox ENABLE ROW LEVEL SECURITY;

-- A service publishes under its own name, and only the types that the catalogue gives it: consumers act on the type.
CREATE POLICY publish_as_itself ON event_bus.outbox FOR INSERT WITH CHECK (
  current_user = 'trading_' || service
  AND EXISTS (SELECT FROM event_bus.event_types t WHERE t.type = event_type AND t.publisher = service));

CREATE POLICY read_all ON event_bus.outbox FOR SELECT USING (true);

CREATE POLICY bus_keeps_it ON event_bus.outbox FOR ALL TO trading_event_bus USING (true) WITH CHECK (true);
