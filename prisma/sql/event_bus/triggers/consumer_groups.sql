CREATE OR REPLACE TRIGGER set_updated_at BEFORE UPDATE ON event_bus.consumer_groups FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();
