-- How many orders an account makes in the minute before a decision, this one included. It stops counting above
-- `p_most`.
-- Called by: reserve_order. Inlined into its statements.
CREATE OR REPLACE FUNCTION risk_management.orders_in_minute(p_account_id text, p_decided_at timestamptz, p_most numeric)
RETURNS TABLE (orders bigint) LANGUAGE sql STABLE AS $$
  SELECT count(*) + 1
    FROM (SELECT FROM execution.placed_orders AS x
           WHERE x.account_id = p_account_id AND x.decided_at > p_decided_at - interval '1 minute'
             AND x.decided_at <= p_decided_at LIMIT p_most::bigint + 1) AS recent
$$;

COMMENT ON FUNCTION risk_management.orders_in_minute IS
  'How many orders an account makes in the minute before a decision, this one included; counts to a little above p_most.';
