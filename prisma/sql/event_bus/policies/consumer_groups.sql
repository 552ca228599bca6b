ALTER TABLE event_bus.consumer_groups ENABLE ROW LEVEL SECURITY;

CREATE POLICY own_groups ON event_bus.consumer_groups USING (split_part(consumer_group, '.', 1) = event_bus.current_service());

CREATE POLICY bus_keeps_it ON event_bus.consumer_groups TO trading_event_bus USING (true);
