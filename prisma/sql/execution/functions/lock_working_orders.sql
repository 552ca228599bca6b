-- Published function: the orders that the paper broker works in some markets, locked until the transaction ends. Each
-- element of `p_markets`: symbol, dataSource.
-- Called by: execution, src/sql/matching/matchRows.ts.
-- Locks: the orders' rows by id, as book_reports locks them, so that matching a bar and booking a batch of reports
-- can't deadlock.
CREATE OR REPLACE FUNCTION execution.lock_working_orders(p_markets jsonb)
RETURNS SETOF execution.orders LANGUAGE sql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off SET enable_bitmapscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
  SELECT o.*
    FROM jsonb_to_recordset(p_markets) AS m(symbol text, "dataSource" text)
    JOIN execution.orders AS o ON o.symbol = m.symbol AND o.trading_source = m."dataSource"
     -- The list of statuses is that of the partial index, word for word: otherwise the planner can't use that index.
     AND o.status IN ('pending', 'submitted', 'partially_filled') AND o.status <> 'pending'
   WHERE NOT EXISTS (SELECT FROM execution.broker_accounts AS b WHERE b.account_id = o.account_id)
   ORDER BY o.order_id
     FOR UPDATE OF o
$$;

COMMENT ON FUNCTION execution.lock_working_orders IS
  'Published function: the orders that the paper broker works in some markets, locked until the transaction ends.';
