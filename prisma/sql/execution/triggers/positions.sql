CREATE CONSTRAINT TRIGGER position_equals_its_trades
  AFTER INSERT OR UPDATE OF account_id, symbol, quantity, cost_basis, avg_price, realized_pnl, trade_count ON execution.positions
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION execution.judge_position();
