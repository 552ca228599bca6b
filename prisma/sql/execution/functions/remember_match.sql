-- Published function: stores up to which bar working orders were matched, and when their stop was triggered, so that no
-- order is matched against a bar twice. Each element of `p_matched`: orderId, through, triggeredAt.
-- Called by: execution, src/sql/matching/matchRows.ts.
-- Locks: the orders' rows.
CREATE OR REPLACE FUNCTION execution.remember_match(p_matched jsonb)
RETURNS void LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  UPDATE execution.orders AS o
     SET matched_through = greatest(o.matched_through, m.through), triggered_at = coalesce(o.triggered_at, m."triggeredAt")
    FROM jsonb_to_recordset(p_matched) AS m("orderId" text, through timestamptz, "triggeredAt" timestamptz)
   WHERE o.order_id = m."orderId"
$$;

COMMENT ON FUNCTION execution.remember_match IS
  'Published function: stores up to which bar working orders were matched, and when their stop was triggered.';
