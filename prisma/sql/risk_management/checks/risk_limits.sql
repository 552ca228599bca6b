ALTER TABLE risk_management.risk_limits ADD CONSTRAINT valid_limit_value CHECK (limit_value >= 0 AND limit_value < 'NaN');

-- The names of LIMIT_TYPES in packages/risk/src/limitTypes.ts, which gives what each one limits and its unit.
ALTER TABLE risk_management.risk_limits ADD CONSTRAINT valid_limit_type CHECK (limit_type IN (
  'max_order_quantity', 'max_order_notional', 'price_collar', 'max_gross_exposure', 'max_daily_loss', 'max_drawdown',
  'duplicate_window', 'max_orders_per_minute', 'max_price_age', 'max_outside_session', 'max_decision_age',
  'max_buying_power'));

ALTER TABLE risk_management.risk_limits ADD CONSTRAINT valid_strategy_limit CHECK (
  strategy = '' OR limit_type IN ('max_order_quantity', 'max_order_notional', 'price_collar', 'max_outside_session',
    'max_decision_age'));
