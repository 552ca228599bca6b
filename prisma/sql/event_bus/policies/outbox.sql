ALTER TABLE event_bus.outbox ENABLE ROW LEVEL SECURITY;

CREATE POLICY publish_as_itself ON event_bus.outbox FOR INSERT WITH CHECK (current_user = 'trading_' || service);

CREATE POLICY read_all ON event_bus.outbox FOR SELECT USING (true);

CREATE POLICY bus_keeps_it ON event_bus.outbox FOR ALL TO trading_event_bus USING (true) WITH CHECK (true);
