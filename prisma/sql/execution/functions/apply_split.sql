-- What a split of `numerator` new shares for `denominator` old ones makes of a position. Cost basis and realised P&L
-- stay. What does not fit the column of quantities, or a whole share where `whole_shares` says so, is cash in lieu: it is
-- sold at the reference price, which is per old share, and realised as any sale. Without a reference price it is sold at
-- its cost. packages/execution/src/positions/split.ts has the same rules; a test compares the two.
-- Called by: replay_position.
CREATE OR REPLACE FUNCTION execution.apply_split(
  quantity numeric, cost numeric, numerator numeric, denominator numeric, whole_shares boolean, reference_price numeric,
  OUT new_quantity numeric, OUT new_cost numeric, OUT new_avg_price numeric, OUT realized numeric, OUT cash numeric)
LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  -- The part that is sold, times the numerator.
  rest numeric;
BEGIN
  new_quantity := CASE WHEN whole_shares THEN div(quantity * numerator, denominator)
                       ELSE div(quantity * numerator * 10000, denominator) * 0.0001 END;
  rest := quantity * numerator - new_quantity * denominator;
  new_cost := CASE WHEN rest = 0 THEN cost WHEN new_quantity = 0 THEN 0
    ELSE div(cost * abs(new_quantity) * denominator * 100000000, abs(quantity) * numerator) * 0.00000001 END;
  cash := CASE WHEN rest = 0 THEN 0 WHEN reference_price IS NULL THEN cost - new_cost
    ELSE sign(rest) * div(abs(rest) * reference_price * 200000000 + numerator, numerator * 2) * 0.00000001 END;
  new_avg_price := coalesce(execution.average_price(abs(new_cost), abs(new_quantity)), 0);
  realized := new_cost - cost + cash;
END
$$;

COMMENT ON FUNCTION execution.apply_split IS
  'What a split makes of a position: quantity, cost, average price, and what cash in lieu of a fraction realised.';
