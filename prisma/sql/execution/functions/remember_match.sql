-- Published to execution: remembers how far orders that work on were matched, and when their stop was reached, so that no
-- bar meets an order twice. Each element of `p_matched`: orderId, through, triggeredAt.
CREATE OR REPLACE FUNCTION execution.remember_match(p_matched jsonb)
RETURNS void LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  UPDATE execution.orders AS o
     SET matched_through = greatest(o.matched_through, m.through), triggered_at = coalesce(o.triggered_at, m."triggeredAt")
    FROM jsonb_to_recordset(p_matched) AS m("orderId" text, through timestamptz, "triggeredAt" timestamptz)
   WHERE o.order_id = m."orderId"
$$;
