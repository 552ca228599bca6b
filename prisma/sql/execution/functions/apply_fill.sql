-- Average cost, exact. `cost` is what the held quantity cost, signed; a partial close keeps its share of it, cut toward
-- zero at the eighth decimal, and what is cut goes to realised P&L: nothing is lost between the two.
-- The same rules as packages/execution/src/position.ts: a test compares the two.
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
