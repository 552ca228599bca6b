-- Derives a position from its trades and splits, in the order of the market: a split comes before every fill of its
-- ex-date or later, and after every fill of an earlier date, whenever each was booked. A bust takes its place beside the
-- fill that it takes back. Trades between two splits are in the order in which they were booked.
-- `p_through` is the last number of the chain that counts; `p_next` is an adjustment that is about to be booked, or
-- null. `p_before`, where it is given, leaves out the trades of that date and later: what was held at the open of it.
-- Called by: restate_position, settle_dividends, judge_adjustment and verify.
CREATE OR REPLACE FUNCTION execution.replay_position(
  p_account_id text, p_symbol text, p_through bigint, p_next execution.position_adjustments, p_before date,
  OUT quantity numeric, OUT cost numeric, OUT avg_price numeric, OUT realized numeric, OUT cash numeric)
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  e record;
  after record;
BEGIN
  quantity := 0;
  cost := 0;
  avg_price := 0;
  realized := 0;
  cash := 0;
  FOR e IN
    WITH splits AS MATERIALIZED (
      SELECT DISTINCT ON (x.action_id) x.action_id, x.ex_date, x.numerator, x.denominator, x.whole_shares, x.reference_price
        FROM (SELECT a.* FROM execution.position_adjustments AS a
               WHERE a.account_id = p_account_id AND a.symbol = p_symbol AND a.position_seq <= p_through
              UNION ALL SELECT (p_next).* WHERE (p_next).action_id IS NOT NULL) AS x
       WHERE p_before IS NULL OR x.ex_date <= p_before
       ORDER BY x.action_id, x.position_seq DESC),
    entries AS (
      SELECT (coalesce(busted.executed_at, t.executed_at) AT TIME ZONE 'America/New_York')::date AS on_date, 1 AS place,
             t.position_seq AS number, ''::text AS action_id, CASE t.side WHEN 'buy' THEN t.quantity ELSE -t.quantity END AS fill, t.price,
             t.commission, NULL::numeric AS numerator, NULL::numeric AS denominator, NULL::boolean AS whole_shares,
             NULL::numeric AS reference_price
        FROM execution.trades AS t LEFT JOIN execution.trades AS busted ON busted.trade_id = t.corrects_trade_id
       WHERE t.account_id = p_account_id AND t.symbol = p_symbol AND t.position_seq BETWEEN 1 AND p_through
      UNION ALL
      SELECT s.ex_date, 0, 0, s.action_id, NULL, NULL, NULL, s.numerator, s.denominator, s.whole_shares, s.reference_price FROM splits AS s)
    SELECT x.* FROM entries AS x WHERE p_before IS NULL OR x.place = 0 OR x.on_date < p_before
     ORDER BY (SELECT count(*) FROM splits AS s WHERE s.ex_date <= x.on_date), x.place, x.action_id, x.number
  LOOP
    IF e.fill IS NOT NULL THEN
      after := execution.apply_fill(quantity, cost, avg_price, e.fill, e.price, e.commission);
    ELSE
      CONTINUE WHEN quantity = 0;
      after := execution.apply_split(quantity, cost, e.numerator, e.denominator, e.whole_shares, e.reference_price);
      cash := cash + after.cash;
    END IF;
    quantity := after.new_quantity;
    cost := after.new_cost;
    avg_price := after.new_avg_price;
    realized := realized + after.realized;
  END LOOP;
END
$$;

COMMENT ON FUNCTION execution.replay_position IS
  'Derives a position from its trades and splits in the order of the market, whenever each was booked.';
