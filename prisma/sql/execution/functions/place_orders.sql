-- Published function, and the only way for execution to create an order: places orders, one or many, in the caller's
-- transaction. Risk decides on each with all earlier ones in view. Returns every order as stored, those that existed
-- already too.
-- Each element of `p_orders`: orderId, accountId, symbol, side, orderType, timeInForce, quantity, price, stopPrice,
-- strategyId, signalId, replacesOrderId, decidedAt, tradingSource (default: that of the account), sessionOpen and
-- sessionClose (of the decision's date, where there is a session), onPaper, refusal, correlationId, causationId; see
-- place_order. Numbers are cast to the types of the columns first, so that risk decides on, and events contain, the
-- stored values.
-- Called by: execution, src/sql/orders/placeOrders.ts.
-- Locks: see risk_management.reserve_order. Accounts are taken in the order of their ids, so that two batches can't
-- deadlock.
-- Isolation: READ COMMITTED.
-- Raises: invalid_parameter_value for an order that cannot be checked, and the constraints of execution.orders.
CREATE OR REPLACE FUNCTION execution.place_orders(p_orders jsonb)
RETURNS SETOF execution.orders LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off SET enable_bitmapscan = off AS $$
DECLARE
  a record;
BEGIN
  FOR a IN
    SELECT * FROM ROWS FROM (jsonb_to_recordset(p_orders) AS ("orderId" text, "accountId" text, symbol text,
        side execution.order_side, "orderType" execution.order_type, "timeInForce" execution.time_in_force,
        quantity numeric(15,4), price numeric(15,4), "stopPrice" numeric(15,4), "strategyId" text, "signalId" text,
        "replacesOrderId" text, "decidedAt" timestamptz, "tradingSource" text, "sessionOpen" timestamptz,
        "sessionClose" timestamptz, "onPaper" boolean, refusal text, "correlationId" text, "causationId" text))
      WITH ORDINALITY ORDER BY "accountId", ordinality
  LOOP
    RETURN NEXT execution.place_order(a."orderId", a."accountId", a.symbol, a.side, a."orderType", a."timeInForce",
      a.quantity, a.price, a."stopPrice", a."strategyId", a."signalId", a."replacesOrderId", a."decidedAt",
      coalesce(a."tradingSource", execution.series_of(a."accountId")), a."sessionOpen", a."sessionClose", a."onPaper",
      a.refusal, a."correlationId", a."causationId");
  END LOOP;
END
$$;

COMMENT ON FUNCTION execution.place_orders IS
  'Published function: places orders, one or many, each decided by risk; returns every order as stored.';
