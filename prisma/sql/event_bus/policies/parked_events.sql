ALTER TABLE event_bus.parked_events ENABLE ROW LEVEL SECURITY;

CREATE POLICY own_groups ON event_bus.parked_events USING (split_part(consumer_group, '.', 1) = event_bus.current_service());

CREATE POLICY bus_keeps_it ON event_bus.parked_events TO trading_event_bus USING (true);
