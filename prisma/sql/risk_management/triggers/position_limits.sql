CREATE OR REPLACE TRIGGER set_updated_at BEFORE UPDATE ON risk_management.position_limits FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();
