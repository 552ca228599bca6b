CREATE OR REPLACE TRIGGER set_updated_at BEFORE UPDATE ON notification.alert_configs FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();
