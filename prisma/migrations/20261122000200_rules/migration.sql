-- What a Prisma schema can't say about values: the database is the last judge of every row.

-- Bars. NaN sorts above every number in PostgreSQL, so it would pass a check of `high` alone.
ALTER TABLE data_ingestion.market_data
  ADD CONSTRAINT valid_prices CHECK (
    low > 0 AND low <= open AND low <= close AND high >= open AND high >= close AND high >= low AND high < 'NaN'),
  ADD CONSTRAINT valid_volume CHECK (volume >= 0),
  ADD CONSTRAINT valid_data_source CHECK (
    data_source ~ '^(polygon|yahoo|alpaca|alpha_vantage|iex|quandl)(_adjusted)?(_[1-9][0-9]?[mhw])?$'),
  ADD CONSTRAINT valid_symbol CHECK (symbol <> '');

ALTER TABLE data_ingestion.data_quality_logs
  ADD CONSTRAINT valid_status CHECK (status IN ('pass', 'warning', 'fail'));
ALTER TABLE data_ingestion.ingestion_status
  ADD CONSTRAINT valid_status CHECK (status IN ('idle', 'running', 'completed', 'failed')),
  ADD CONSTRAINT valid_row_count CHECK (row_count >= 0);

-- Strategies.
ALTER TABLE strategy_engine.strategies
  ADD CONSTRAINT valid_status CHECK (status IN ('active', 'inactive', 'paused'));
ALTER TABLE strategy_engine.strategy_signals
  ADD CONSTRAINT valid_signal CHECK (signal IN ('buy', 'sell', 'hold')),
  ADD CONSTRAINT valid_strength CHECK (strength BETWEEN 0 AND 1),
  ADD CONSTRAINT valid_price CHECK (price > 0 AND price < 'NaN');
-- returns and max_drawdown are fractions, win_rate is a percentage.
ALTER TABLE strategy_engine.strategy_performance
  ADD CONSTRAINT valid_returns CHECK (returns >= -1 AND returns < 'NaN'),
  ADD CONSTRAINT valid_max_drawdown CHECK (max_drawdown BETWEEN -1 AND 0),
  ADD CONSTRAINT valid_sharpe_ratio CHECK (sharpe_ratio < 'NaN'),
  ADD CONSTRAINT valid_win_rate CHECK (win_rate BETWEEN 0 AND 100),
  ADD CONSTRAINT valid_total_trades CHECK (total_trades >= 0);
ALTER TABLE strategy_engine.strategy_configs
  ADD CONSTRAINT valid_version CHECK (version > 0);
CREATE UNIQUE INDEX strategy_configs_one_active ON strategy_engine.strategy_configs (strategy_id) WHERE active;

-- Orders.
ALTER TABLE execution.orders
  ADD CONSTRAINT valid_quantity CHECK (quantity > 0 AND quantity < 'NaN'),
  ADD CONSTRAINT valid_limit_price CHECK (
    CASE WHEN order_type IN ('limit', 'stop_limit') THEN price IS NOT NULL AND price > 0 AND price < 'NaN' ELSE price IS NULL END),
  ADD CONSTRAINT valid_stop_price CHECK (
    CASE WHEN order_type IN ('stop', 'stop_limit') THEN stop_price IS NOT NULL AND stop_price > 0 AND stop_price < 'NaN'
         ELSE stop_price IS NULL END),
  -- A cancelled order may have been filled in part, before or by a late fill.
  ADD CONSTRAINT valid_filled_quantity CHECK (
    CASE status WHEN 'filled' THEN filled_quantity = quantity
                WHEN 'partially_filled' THEN filled_quantity > 0 AND filled_quantity < quantity
                WHEN 'cancelled' THEN filled_quantity BETWEEN 0 AND quantity
                ELSE filled_quantity = 0 END),
  ADD CONSTRAINT valid_avg_fill_price CHECK ((avg_fill_price IS NULL) = (filled_quantity = 0) AND avg_fill_price > 0);
ALTER TABLE execution.trades
  ADD CONSTRAINT valid_quantity CHECK (quantity > 0 AND quantity < 'NaN'),
  ADD CONSTRAINT valid_price CHECK (price > 0 AND price < 'NaN'),
  ADD CONSTRAINT valid_commission CHECK (commission < 'NaN');
ALTER TABLE execution.positions
  ADD CONSTRAINT valid_avg_price CHECK (avg_price >= 0 AND avg_price < 'NaN'),
  ADD CONSTRAINT flat_costs_nothing CHECK (quantity <> 0 OR (cost_basis = 0 AND avg_price = 0)),
  ADD CONSTRAINT cost_has_the_side_of_quantity CHECK (sign(cost_basis) = sign(quantity) OR cost_basis = 0);

-- Risk, notification, logging.
ALTER TABLE risk_management.risk_limits
  ADD CONSTRAINT valid_limit_value CHECK (limit_value >= 0 AND limit_value < 'NaN');
ALTER TABLE risk_management.risk_events
  ADD CONSTRAINT valid_severity CHECK (severity IN ('info', 'warning', 'critical'));
ALTER TABLE risk_management.position_limits
  ADD CONSTRAINT valid_limits CHECK (
    (max_quantity IS NOT NULL OR max_notional IS NOT NULL)
    AND coalesce(max_quantity, 0) BETWEEN 0 AND 99999999999 AND coalesce(max_notional, 0) >= 0 AND coalesce(max_notional, 0) < 'NaN');
ALTER TABLE notification.alert_configs
  ADD CONSTRAINT valid_throttle CHECK (throttle_seconds >= 0);
ALTER TABLE notification.notification_logs
  ADD CONSTRAINT valid_status CHECK (status IN ('pending', 'sent', 'throttled', 'failed')),
  ADD CONSTRAINT valid_attempts CHECK (attempts >= 0);
ALTER TABLE logging.system_logs
  ADD CONSTRAINT valid_level CHECK (level IN ('trace', 'debug', 'info', 'warn', 'error', 'fatal'));

-- updated_at follows every change, whoever makes it.
-- OR REPLACE, here and below: `prisma migrate reset` empties the schemas of base.prisma only, so that these two stay.
CREATE OR REPLACE FUNCTION public.set_updated_at() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.updated_at := now();
  RETURN NEW;
END
$$;
CREATE TRIGGER set_updated_at BEFORE UPDATE ON data_ingestion.ingestion_status FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();
CREATE TRIGGER set_updated_at BEFORE UPDATE ON strategy_engine.strategies FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();
CREATE TRIGGER set_updated_at BEFORE UPDATE ON execution.orders FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();
CREATE TRIGGER set_updated_at BEFORE UPDATE ON risk_management.risk_limits FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();
CREATE TRIGGER set_updated_at BEFORE UPDATE ON risk_management.position_limits FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();
CREATE TRIGGER set_updated_at BEFORE UPDATE ON notification.alert_configs FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();
CREATE TRIGGER set_updated_at BEFORE UPDATE ON event_bus.consumer_groups FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();

-- The order of states, the same table as in packages/execution: a test compares the two.
CREATE FUNCTION execution.check_order_transition() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT (CASE OLD.status
    WHEN 'pending' THEN NEW.status IN ('submitted', 'rejected', 'cancelled')
    WHEN 'submitted' THEN NEW.status IN ('partially_filled', 'filled', 'cancelled', 'rejected')
    WHEN 'partially_filled' THEN NEW.status IN ('filled', 'cancelled')
    ELSE false
  END) THEN
    RAISE EXCEPTION 'order % can''t move from % to %', OLD.order_id, OLD.status, NEW.status
      USING ERRCODE = 'check_violation', SCHEMA = 'execution', TABLE = 'orders', CONSTRAINT = 'valid_transition';
  END IF;
  RETURN NEW;
END
$$;
CREATE TRIGGER check_order_transition BEFORE UPDATE OF status ON execution.orders
  FOR EACH ROW WHEN (OLD.status IS DISTINCT FROM NEW.status) EXECUTE FUNCTION execution.check_order_transition();

-- What is written once: not even the owner edits it by accident.
CREATE OR REPLACE FUNCTION public.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '%.% is append-only: % is refused', TG_TABLE_SCHEMA, TG_TABLE_NAME, TG_OP
    USING ERRCODE = 'insufficient_privilege', SCHEMA = TG_TABLE_SCHEMA, TABLE = TG_TABLE_NAME;
END
$$;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON execution.execution_logs
  FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON execution.trades
  FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();
-- Of a strategy's configuration only the flag that says which version runs may change.
CREATE TRIGGER versions_are_never_edited BEFORE UPDATE OF strategy_id, version, parameters, created_at
  ON strategy_engine.strategy_configs FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();
