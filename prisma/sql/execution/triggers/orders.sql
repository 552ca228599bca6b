CREATE OR REPLACE TRIGGER set_updated_at BEFORE UPDATE ON execution.orders FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();

CREATE OR REPLACE TRIGGER check_order_transition BEFORE UPDATE OF status ON execution.orders
  FOR EACH ROW WHEN (OLD.status IS DISTINCT FROM NEW.status) EXECUTE FUNCTION execution.check_order_transition();

CREATE CONSTRAINT TRIGGER order_equals_its_trades AFTER UPDATE OF filled_quantity, busted_quantity, avg_fill_price ON execution.orders
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION execution.judge_order();

CREATE CONSTRAINT TRIGGER new_order_equals_its_trades AFTER INSERT ON execution.orders
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.filled_quantity <> 0 OR NEW.busted_quantity <> 0)
  EXECUTE FUNCTION execution.judge_order();
