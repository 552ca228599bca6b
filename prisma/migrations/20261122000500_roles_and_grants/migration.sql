-- One login role a service, with rights on its own schema only. Derived from packages/database/src/isolation/matrix.ts:
-- a test compares the two and tries every cell. Passwords are set by whoever provisions the server.

-- A function is nobody's to call until it is granted, those of later migrations too.
ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;

-- Roles belong to the whole server: another database of it, or the shadow database, may have made them already.
DO $$
DECLARE
  service text;
BEGIN
  FOREACH service IN ARRAY ARRAY['ingestion', 'strategy', 'execution', 'risk', 'analytics', 'notification', 'logging', 'event_bus'] LOOP
    BEGIN
      EXECUTE format('CREATE ROLE %I LOGIN', 'trading_' || service);
    EXCEPTION WHEN duplicate_object OR unique_violation THEN
      NULL;
    END;
  END LOOP;
END
$$;

-- Its own schema: the tables that are there, and those that a later migration adds.
DO $$
DECLARE
  pair record;
BEGIN
  FOR pair IN SELECT * FROM (VALUES
    ('data_ingestion', 'trading_ingestion'), ('strategy_engine', 'trading_strategy'), ('execution', 'trading_execution'),
    ('risk_management', 'trading_risk'), ('analytics', 'trading_analytics'), ('notification', 'trading_notification'),
    ('logging', 'trading_logging'), ('event_bus', 'trading_event_bus')) AS p(schema, role)
  LOOP
    EXECUTE format('GRANT USAGE ON SCHEMA %I TO %I', pair.schema, pair.role);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA %I TO %I', pair.schema, pair.role);
    EXECUTE format('GRANT USAGE ON ALL SEQUENCES IN SCHEMA %I TO %I', pair.schema, pair.role);
    EXECUTE format('ALTER DEFAULT PRIVILEGES IN SCHEMA %I GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO %I', pair.schema, pair.role);
    EXECUTE format('ALTER DEFAULT PRIVILEGES IN SCHEMA %I GRANT USAGE ON SEQUENCES TO %I', pair.schema, pair.role);
  END LOOP;
END
$$;

-- What is written once.
REVOKE UPDATE, DELETE ON execution.execution_logs, execution.trades FROM trading_execution;
REVOKE DELETE ON execution.orders, execution.positions FROM trading_execution;
REVOKE DELETE ON strategy_engine.strategy_configs FROM trading_strategy;
REVOKE DELETE ON risk_management.risk_events FROM trading_risk;
REVOKE UPDATE ON logging.system_logs, logging.trading_logs, logging.performance_logs FROM trading_logging;

-- Published views: read by their readers, written by nobody.
REVOKE INSERT, UPDATE, DELETE ON data_ingestion.bars FROM trading_ingestion;
REVOKE INSERT, UPDATE, DELETE ON strategy_engine.active_strategies FROM trading_strategy;
REVOKE INSERT, UPDATE, DELETE ON execution.fills FROM trading_execution;
GRANT USAGE ON SCHEMA data_ingestion TO trading_strategy, trading_execution, trading_risk, trading_analytics;
GRANT SELECT ON data_ingestion.bars TO trading_strategy, trading_execution, trading_risk, trading_analytics;
GRANT USAGE ON SCHEMA strategy_engine TO trading_analytics;
GRANT SELECT ON strategy_engine.active_strategies TO trading_analytics;
GRANT USAGE ON SCHEMA execution TO trading_risk, trading_analytics;
GRANT SELECT ON execution.fills TO trading_risk, trading_analytics;

-- Doors.
GRANT EXECUTE ON FUNCTION data_ingestion.ensure_market_data_partitions(timestamptz, timestamptz) TO trading_ingestion;

-- The bus: every service appends under its own name and keeps its own place.
CREATE FUNCTION event_bus.current_service() RETURNS text LANGUAGE sql STABLE AS
  $$ SELECT CASE WHEN current_user LIKE 'trading\_%' THEN substr(current_user, 9) END $$;

GRANT EXECUTE ON FUNCTION event_bus.current_service() TO
  trading_ingestion, trading_strategy, trading_execution, trading_risk, trading_analytics, trading_notification, trading_logging,
  trading_event_bus;
GRANT USAGE ON SCHEMA event_bus TO
  trading_ingestion, trading_strategy, trading_execution, trading_risk, trading_analytics, trading_notification, trading_logging;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA event_bus TO
  trading_ingestion, trading_strategy, trading_execution, trading_risk, trading_analytics, trading_notification, trading_logging;
GRANT SELECT, INSERT ON event_bus.outbox, event_bus.inbox TO
  trading_ingestion, trading_strategy, trading_execution, trading_risk, trading_analytics, trading_notification, trading_logging;
GRANT SELECT, INSERT, UPDATE ON event_bus.consumer_groups TO
  trading_ingestion, trading_strategy, trading_execution, trading_risk, trading_analytics, trading_notification, trading_logging;
GRANT SELECT, INSERT, UPDATE, DELETE ON event_bus.dead_letters TO
  trading_ingestion, trading_strategy, trading_execution, trading_risk, trading_analytics, trading_notification, trading_logging;

ALTER TABLE event_bus.outbox ENABLE ROW LEVEL SECURITY;
CREATE POLICY publish_as_itself ON event_bus.outbox FOR INSERT WITH CHECK (service = event_bus.current_service());
CREATE POLICY read_all ON event_bus.outbox FOR SELECT USING (true);
CREATE POLICY bus_keeps_it ON event_bus.outbox FOR ALL TO trading_event_bus USING (true) WITH CHECK (true);

-- A service may have several groups: `risk`, `risk.monitor`.
ALTER TABLE event_bus.inbox ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_groups ON event_bus.inbox USING (split_part(consumer_group, '.', 1) = event_bus.current_service());
CREATE POLICY bus_keeps_it ON event_bus.inbox TO trading_event_bus USING (true);
ALTER TABLE event_bus.consumer_groups ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_groups ON event_bus.consumer_groups USING (split_part(consumer_group, '.', 1) = event_bus.current_service());
CREATE POLICY bus_keeps_it ON event_bus.consumer_groups TO trading_event_bus USING (true);
ALTER TABLE event_bus.dead_letters ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_groups ON event_bus.dead_letters USING (split_part(consumer_group, '.', 1) = event_bus.current_service());
CREATE POLICY bus_keeps_it ON event_bus.dead_letters TO trading_event_bus USING (true);

-- Nobody gets in by being PUBLIC.
REVOKE ALL ON SCHEMA public FROM PUBLIC;
REVOKE EXECUTE ON ALL FUNCTIONS IN SCHEMA public FROM PUBLIC;
REVOKE EXECUTE ON FUNCTION execution.check_order_transition() FROM PUBLIC;
