-- The active limits that apply to an order of a strategy in an account, null for a limit that is not set. Where a
-- strategy has a limit of its own, the tighter one of the strategy's and the account's applies. `account_types` lists
-- the types that the account itself has: a strategy's limits do not replace those that every account must have.
-- Called by: reserve_order. Inlined into its statements.
CREATE OR REPLACE FUNCTION risk_management.binding_limits(p_account_id text, p_strategy_id text)
RETURNS TABLE (
  account_types text[], max_order_quantity numeric, max_order_notional numeric, price_collar numeric,
  max_gross_exposure numeric, max_daily_loss numeric, max_drawdown numeric, duplicate_window numeric,
  max_orders_per_minute numeric, max_price_age numeric, max_outside_session numeric, max_buying_power numeric)
LANGUAGE sql STABLE AS $$
  SELECT array_agg(l.limit_type::text) FILTER (WHERE l.strategy = ''),
         min(l.limit_value) FILTER (WHERE l.limit_type = 'max_order_quantity'),
         min(l.limit_value) FILTER (WHERE l.limit_type = 'max_order_notional'),
         min(l.limit_value) FILTER (WHERE l.limit_type = 'price_collar'),
         min(l.limit_value) FILTER (WHERE l.limit_type = 'max_gross_exposure'),
         min(l.limit_value) FILTER (WHERE l.limit_type = 'max_daily_loss'),
         min(l.limit_value) FILTER (WHERE l.limit_type = 'max_drawdown'),
         max(l.limit_value) FILTER (WHERE l.limit_type = 'duplicate_window'),
         min(l.limit_value) FILTER (WHERE l.limit_type = 'max_orders_per_minute'),
         coalesce(min(l.limit_value) FILTER (WHERE l.limit_type = 'max_price_age'), 432000),
         min(l.limit_value) FILTER (WHERE l.limit_type = 'max_outside_session'),
         min(l.limit_value) FILTER (WHERE l.limit_type = 'max_buying_power')
    FROM risk_management.risk_limits AS l
   WHERE l.account_id = p_account_id AND l.strategy IN ('', coalesce(p_strategy_id, '')) AND l.active
$$;

COMMENT ON FUNCTION risk_management.binding_limits IS
  'The active limits that apply to an order of a strategy in an account; null for a limit that is not set.';
