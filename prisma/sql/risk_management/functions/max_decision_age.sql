-- How old a decision may be, in seconds by the wall clock, when its order goes to a remote broker. The default is 36
-- hours: a decision on the close of one day may be handed over until the next close, one of last week may not. The
-- tighter one of the strategy's and the account's limit applies.
-- Called by: reserve_order and refuse_submission, for accounts at a remote broker only.
CREATE OR REPLACE FUNCTION risk_management.max_decision_age(p_account_id text, p_strategy_id text)
RETURNS numeric LANGUAGE sql STABLE AS $$
  SELECT coalesce(min(l.limit_value), 129600) FROM risk_management.risk_limits AS l
   WHERE l.account_id = p_account_id AND l.strategy IN ('', coalesce(p_strategy_id, '')) AND l.active
     AND l.limit_type = 'max_decision_age'
$$;

COMMENT ON FUNCTION risk_management.max_decision_age IS
  'How old a decision may be, in seconds by the wall clock, when its order goes to a remote broker.';
