-- One check as the log of an order stores it: the limit and the measured value, as text. Null where there is no limit.
-- Called by: reserve_order. Inlined into its statements.
CREATE OR REPLACE FUNCTION risk_management.check_pair(p_limit numeric, p_observed numeric)
RETURNS jsonb LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE WHEN p_limit IS NOT NULL
              THEN jsonb_build_array(trim_scale(p_limit)::text, trim_scale(p_observed)::text) END
$$;

COMMENT ON FUNCTION risk_management.check_pair IS
  'One check as the log of an order stores it: limit and measured value as text; null without a limit.';
