-- Published function: may an order that was allowed before go to its broker now? `verdict` is
--   null      it may
--   held      it must wait: a kill switch was set since it was allowed (a halt, or reduce_only where it would do more than
--             reduce the position), or it is no working order any more
--   denied    it was decided too long ago by the wall clock; the limit and the age are returned too
-- Only reads. SECURITY DEFINER, because execution may not read kill switches and limits.
-- Called by: execution.deny_submission, and execution, src/sql/broker/submission.ts.
CREATE OR REPLACE FUNCTION risk_management.refuse_submission(
  p_order_id text, OUT verdict text, OUT reason text, OUT limit_value numeric, OUT observed numeric)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  o record;
  held numeric;
BEGIN
  SELECT w.account_id, w.symbol, w.side, w.leaves, w.strategy, w.decided_at INTO o
    FROM execution.working_orders AS w WHERE w.order_id = p_order_id;
  IF NOT FOUND THEN
    verdict := 'held';
    reason := format('order %s does not work any more', p_order_id);
    RETURN;
  END IF;
  SELECT h.quantity INTO held FROM execution.holdings AS h WHERE h.account_id = o.account_id AND h.symbol = o.symbol;
  reason := risk_management.kill_reason(o.account_id, o.strategy, o.symbol,
    coalesce(o.leaves <= CASE o.side WHEN 'sell' THEN held ELSE -held END, false));
  IF reason IS NOT NULL THEN
    verdict := 'held';
    RETURN;
  END IF;
  limit_value := trim_scale(risk_management.max_decision_age(o.account_id, o.strategy));
  observed := round(extract(epoch FROM clock_timestamp() - o.decided_at));
  IF observed > limit_value THEN
    verdict := 'denied';
    reason := risk_management.denial_reason('max_decision_age', limit_value, observed);
  END IF;
END
$$;

COMMENT ON FUNCTION risk_management.refuse_submission IS
  'Published function: whether an order that was allowed before may go to its broker now.';
