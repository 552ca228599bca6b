-- Published function: books broker reports, one or many, in the caller's transaction and in their order. A report is a
-- fill (see book_fill) or a move, a change of status (see move_order). Returns an outcome for each report; `number`
-- counts from 1 in the order given.
-- Each element of `p_reports` is a fill (kind `fill`: orderId, accountId, executionId, quantity, price, commission,
-- executedAt, settlementDate) or a move (kind `move`: orderId, from, to, event, reason, brokerOrderId, details,
-- occurredAt), with correlationId and causationId.
-- Called by: execution, src/sql/fills/bookReports.ts.
-- Locks: the orders by id, then the positions by account and symbol, so that two batches can't deadlock.
-- Isolation: READ COMMITTED.
-- Raises: invalid_parameter_value for another kind and for what book_fill rejects; check_violation for a move that no
-- order may make.
CREATE OR REPLACE FUNCTION execution.book_reports(p_reports jsonb)
RETURNS TABLE (number bigint, outcome text) LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off SET enable_bitmapscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
DECLARE
  r record;
BEGIN
  IF jsonb_array_length(p_reports) > 1 THEN
    PERFORM FROM execution.orders AS o
      WHERE o.order_id = ANY (ARRAY(SELECT e ->> 'orderId' FROM jsonb_array_elements(p_reports) AS e))
      ORDER BY o.order_id FOR UPDATE;
  END IF;
  FOR r IN
    SELECT a.* FROM ROWS FROM (jsonb_to_recordset(p_reports) AS (kind text, "orderId" text, "accountId" text,
        "executionId" text, quantity numeric, price numeric, commission numeric, "executedAt" timestamptz,
        "settlementDate" date, "from" execution.order_status, "to" execution.order_status, event text, reason text,
        "brokerOrderId" text, details jsonb, "occurredAt" timestamptz, "correlationId" text, "causationId" text))
      WITH ORDINALITY AS a
      LEFT JOIN execution.orders AS o ON o.order_id = a."orderId"
     ORDER BY o.account_id, o.symbol, a.ordinality
  LOOP
    number := r.ordinality;
    IF r.kind = 'fill' THEN
      outcome := execution.book_fill(r."orderId", r."accountId", r."executionId", r.quantity, r.price, r.commission,
        r."executedAt", r."settlementDate", r."correlationId", r."causationId");
    ELSIF r.kind = 'move' THEN
      outcome := execution.move_order(r."orderId", r."from", r."to", r.event, r.reason, r."brokerOrderId", r.details,
        r."occurredAt", r."correlationId", r."causationId");
    ELSE
      RAISE EXCEPTION 'report % of order % is of kind %: it must be fill or move', r.ordinality, r."orderId", r.kind
        USING ERRCODE = 'invalid_parameter_value';
    END IF;
    RETURN NEXT;
  END LOOP;
END
$$;

COMMENT ON FUNCTION execution.book_reports IS
  'Published function: books broker reports, fills and status changes, one or many; returns an outcome for each.';
