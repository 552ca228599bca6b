CREATE OR REPLACE TRIGGER set_updated_at BEFORE UPDATE ON strategy_engine.strategies FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();
