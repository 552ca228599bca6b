-- How old, in seconds by the wall clock, a decision may be that goes to a remote broker; 36 hours where nobody set it: the
-- close of a day may be handed over until the next one, a decision of last week may not. A strategy's own limit binds
-- beside its account's: the tighter holds. Asked by reserve_order and refuse_submission, of accounts at a broker only.
CREATE OR REPLACE FUNCTION risk_management.max_decision_age(p_account_id text, p_strategy_id text)
RETURNS numeric LANGUAGE sql STABLE AS $$
  SELECT coalesce(min(l.limit_value), 129600) FROM risk_management.risk_limits AS l
   WHERE l.account_id = p_account_id AND l.strategy IN ('', coalesce(p_strategy_id, '')) AND l.active
     AND l.limit_type = 'max_decision_age'
$$;
