CREATE OR REPLACE TRIGGER set_updated_at BEFORE UPDATE ON strategy_engine.strategies FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();

-- Only one active strategy may trade a symbol in an account.
CREATE OR REPLACE TRIGGER one_strategy_a_market BEFORE INSERT OR UPDATE OF status, parameters ON strategy_engine.strategies
  FOR EACH ROW WHEN (NEW.status = 'active') EXECUTE FUNCTION strategy_engine.refuse_second_strategy();
