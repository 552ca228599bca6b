-- One check as an order's log keeps it: the limit and what was measured, as text; null where there is no limit. Asked by
-- reserve_order. Inlined.
CREATE OR REPLACE FUNCTION risk_management.check_pair(p_limit numeric, p_observed numeric)
RETURNS jsonb LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE WHEN p_limit IS NOT NULL
              THEN jsonb_build_array(trim_scale(p_limit)::text, trim_scale(p_observed)::text) END
$$;
