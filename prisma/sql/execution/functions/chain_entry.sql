-- The position after one entry of a chain, which is a trade or an adjustment; no row where there is none. The trade is
-- looked for first: nearly all entries are trades.
-- Called by: judge_adjustment.
CREATE OR REPLACE FUNCTION execution.chain_entry(p_account_id text, p_symbol text, p_seq bigint)
RETURNS TABLE (position_quantity numeric, position_cost numeric, position_avg_price numeric, position_realized numeric)
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT * FROM (
    SELECT t.position_quantity, t.position_cost, t.position_avg_price, t.position_realized FROM execution.trades AS t
     WHERE t.account_id = p_account_id AND t.symbol = p_symbol AND t.position_seq = p_seq AND t.position_seq > 0
    UNION ALL
    SELECT a.position_quantity, a.position_cost, a.position_avg_price, a.position_realized FROM execution.position_adjustments AS a
     WHERE a.account_id = p_account_id AND a.symbol = p_symbol AND a.position_seq = p_seq) AS e
   LIMIT 1
$$;

COMMENT ON FUNCTION execution.chain_entry IS 'The position after one entry of a chain, a trade or an adjustment.';
