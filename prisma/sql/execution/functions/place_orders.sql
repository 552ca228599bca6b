-- Published to execution, and its only way to an order: places orders, one or many, in the caller's transaction, each
-- decided by risk with all before it in view. Accounts are taken in their order, so that two batches can't wait for each
-- other. Gives every order as it stands, those that were there already too.
--
-- Each element of `p_orders`: orderId, accountId, symbol, side, orderType, timeInForce, quantity, price, stopPrice,
-- strategyId, signalId, replacesOrderId, decidedAt, tradingSource (the account's where it is missing), sessionOpen and
-- sessionClose (of the decision's date, where there is a session), onPaper, refusal, correlationId, causationId; see
-- place_order. Numbers are as they are stored, so that nothing else is decided on or published. READ COMMITTED only. Raises
-- invalid_parameter_value for what can't be judged, and what the constraints of execution.orders say.
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
