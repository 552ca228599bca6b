-- The reason of a denial as a sentence: the limit, its value, and the value that was measured.
-- Called by: reserve_order and refuse_submission.
CREATE OR REPLACE FUNCTION risk_management.denial_reason(p_limit_type text, p_limit_value numeric, p_observed numeric)
RETURNS text LANGUAGE sql STABLE AS $$
  SELECT format(CASE p_limit_type
      WHEN 'max_price_age' THEN '%s is %s, the last price is %s s old'
      WHEN 'max_decision_age' THEN '%s is %s, the order was decided %s s ago'
      WHEN 'max_outside_session' THEN '%s is %s, the order was decided %s s outside of the session'
      WHEN 'price_collar' THEN '%s is %s, the order''s price is %s away from the last one'
      WHEN 'max_daily_loss' THEN '%s is %s, the account has lost %s today'
      WHEN 'max_drawdown' THEN '%s is %s, the account stands %s below its peak'
      ELSE '%s is %s, the order would make it %s' END, p_limit_type, p_limit_value, p_observed)
$$;

COMMENT ON FUNCTION risk_management.denial_reason IS
  'The reason of a denial as a sentence: the limit, its value and the measured value.';
