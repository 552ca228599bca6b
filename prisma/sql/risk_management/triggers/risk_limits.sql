CREATE OR REPLACE TRIGGER set_updated_at BEFORE UPDATE ON risk_management.risk_limits FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();
