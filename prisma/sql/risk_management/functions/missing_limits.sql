-- Why an account may not trade at all: limits that every account must have are missing. Null where it has them. Without
-- them the exposure would be unbounded, so the order is denied.
-- Called by: reserve_order. Inlined into its statements.
CREATE OR REPLACE FUNCTION risk_management.missing_limits(p_account_id text, p_types text[])
RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE WHEN (p_types @> '{max_order_quantity,max_order_notional,max_gross_exposure}') IS NOT TRUE THEN
    format('account %s has no active limit for %s', p_account_id, concat_ws(', ',
      CASE WHEN ('max_order_quantity' = ANY (p_types)) IS NOT TRUE THEN 'max_order_quantity' END,
      CASE WHEN ('max_order_notional' = ANY (p_types)) IS NOT TRUE THEN 'max_order_notional' END,
      CASE WHEN ('max_gross_exposure' = ANY (p_types)) IS NOT TRUE THEN 'max_gross_exposure' END)) END
$$;

COMMENT ON FUNCTION risk_management.missing_limits IS
  'Which of the limits that every account must have are missing, as a sentence; null where none is.';
