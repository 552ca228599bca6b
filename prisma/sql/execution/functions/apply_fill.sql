-- What one fill makes of a position, at average cost and exactly. `cost` is the signed cost of the open quantity. A
-- partial close keeps its share of the cost, cut toward zero at the eighth decimal; the cut part goes to realised P&L,
-- so nothing is lost. packages/execution/src/positions/position.ts has the same rules; a test compares the two.
-- Called by: book_trade, judge_trade, replay_position and verify.
CREATE OR REPLACE FUNCTION execution.apply_fill(
  quantity numeric, cost numeric, avg_price numeric, fill numeric, price numeric, commission numeric,
  OUT new_quantity numeric, OUT new_cost numeric, OUT new_avg_price numeric, OUT realized numeric)
LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  new_quantity := quantity + fill;
  IF new_quantity = 0 THEN
    new_cost := 0;
    new_avg_price := 0;
  ELSIF sign(quantity) * sign(fill) >= 0 THEN
    new_cost := cost + fill * price;
    -- Half away from zero; div() is exact where `/` would round twice.
    new_avg_price := div(abs(new_cost) * 20000 + abs(new_quantity), abs(new_quantity) * 2) * 0.0001;
  ELSIF sign(new_quantity) = sign(quantity) THEN
    new_cost := div(cost * abs(new_quantity) * 100000000, abs(quantity)) * 0.00000001;
    new_avg_price := avg_price;
  ELSE
    new_cost := new_quantity * price;
    new_avg_price := price;
  END IF;
  realized := (new_cost - cost) - fill * price - commission;
END
$$;

COMMENT ON FUNCTION execution.apply_fill IS
  'What one fill makes of a position: quantity, cost, average price and realised P&L, at average cost.';
