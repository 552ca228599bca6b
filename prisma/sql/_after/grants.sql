-- Written by `npx trading sql` from packages/database/src/isolation/matrix.ts: edit that, never this.
-- First everything is taken away, then the matrix is given: running it again gives the same rights.

REVOKE ALL ON SCHEMA public FROM PUBLIC;

REVOKE EXECUTE ON ALL FUNCTIONS IN SCHEMA public FROM PUBLIC;

-- data_ingestion
REVOKE ALL ON SCHEMA data_ingestion FROM trading_ingestion, trading_strategy, trading_execution, trading_risk, trading_analytics, trading_notification, trading_logging, trading_event_bus, trading_api;
REVOKE ALL ON ALL TABLES IN SCHEMA data_ingestion FROM trading_ingestion, trading_strategy, trading_execution, trading_risk, trading_analytics, trading_notification, trading_logging, trading_event_bus, trading_api;
REVOKE ALL ON ALL SEQUENCES IN SCHEMA data_ingestion FROM trading_ingestion, trading_strategy, trading_execution, trading_risk, trading_analytics, trading_notification, trading_logging, trading_event_bus, trading_api;
REVOKE ALL ON ALL FUNCTIONS IN SCHEMA data_ingestion FROM PUBLIC, trading_ingestion, trading_strategy, trading_execution, trading_risk, trading_analytics, trading_notification, trading_logging, trading_event_bus, trading_api;
ALTER DEFAULT PRIVILEGES IN SCHEMA data_ingestion GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO trading_ingestion;
ALTER DEFAULT PRIVILEGES IN SCHEMA data_ingestion GRANT USAGE ON SEQUENCES TO trading_ingestion;

-- strategy_engine
REVOKE ALL ON SCHEMA strategy_engine FROM trading_ingestion, trading_strategy, trading_execution, trading_risk, trading_analytics, trading_notification, trading_logging, trading_event_bus, trading_api;
REVOKE ALL ON ALL TABLES IN SCHEMA strategy_engine FROM trading_ingestion, trading_strategy, trading_execution, trading_risk, trading_analytics, trading_notification, trading_logging, trading_event_bus, trading_api;
REVOKE ALL ON ALL SEQUENCES IN SCHEMA strategy_engine FROM trading_ingestion, trading_strategy, trading_execution, trading_risk, trading_analytics, trading_notification, trading_logging, trading_event_bus, trading_api;
REVOKE ALL ON ALL FUNCTIONS IN SCHEMA strategy_engine FROM PUBLIC, trading_ingestion, trading_strategy, trading_execution, trading_risk, trading_analytics, trading_notification, trading_logging, trading_event_bus, trading_api;
ALTER DEFAULT PRIVILEGES IN SCHEMA strategy_engine GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO trading_strategy;
ALTER DEFAULT PRIVILEGES IN SCHEMA strategy_engine GRANT USAGE ON SEQUENCES TO trading_strategy;

-- execution
REVOKE ALL ON SCHEMA execution FROM trading_ingestion, trading_strategy, trading_execution, trading_risk, trading_analytics, trading_notification, trading_logging, trading_event_bus, trading_api;
REVOKE ALL ON ALL TABLES IN SCHEMA execution FROM trading_ingestion, trading_strategy, trading_execution, trading_risk, trading_analytics, trading_notification, trading_logging, trading_event_bus, trading_api;
REVOKE ALL ON ALL SEQUENCES IN SCHEMA execution FROM trading_ingestion, trading_strategy, trading_execution, trading_risk, trading_analytics, trading_notification, trading_logging, trading_event_bus, trading_api;
REVOKE ALL ON ALL FUNCTIONS IN SCHEMA execution FROM PUBLIC, trading_ingestion, trading_strategy, trading_execution, trading_risk, trading_analytics, trading_notification, trading_logging, trading_event_bus, trading_api;
ALTER DEFAULT PRIVILEGES IN SCHEMA execution GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO trading_execution;
ALTER DEFAULT PRIVILEGES IN SCHEMA execution GRANT USAGE ON SEQUENCES TO trading_execution;

-- risk_management
REVOKE ALL ON SCHEMA risk_management FROM trading_ingestion, trading_strategy, trading_execution, trading_risk, trading_analytics, trading_notification, trading_logging, trading_event_bus, trading_api;
REVOKE ALL ON ALL TABLES IN SCHEMA risk_management FROM trading_ingestion, trading_strategy, trading_execution, trading_risk, trading_analytics, trading_notification, trading_logging, trading_event_bus, trading_api;
REVOKE ALL ON ALL SEQUENCES IN SCHEMA risk_management FROM trading_ingestion, trading_strategy, trading_execution, trading_risk, trading_analytics, trading_notification, trading_logging, trading_event_bus, trading_api;
REVOKE ALL ON ALL FUNCTIONS IN SCHEMA risk_management FROM PUBLIC, trading_ingestion, trading_strategy, trading_execution, trading_risk, trading_analytics, trading_notification, trading_logging, trading_event_bus, trading_api;
ALTER DEFAULT PRIVILEGES IN SCHEMA risk_management GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO trading_risk;
ALTER DEFAULT PRIVILEGES IN SCHEMA risk_management GRANT USAGE ON SEQUENCES TO trading_risk;

-- analytics
REVOKE ALL ON SCHEMA analytics FROM trading_ingestion, trading_strategy, trading_execution, trading_risk, trading_analytics, trading_notification, trading_logging, trading_event_bus, trading_api;
REVOKE ALL ON ALL TABLES IN SCHEMA analytics FROM trading_ingestion, trading_strategy, trading_execution, trading_risk, trading_analytics, trading_notification, trading_logging, trading_event_bus, trading_api;
REVOKE ALL ON ALL SEQUENCES IN SCHEMA analytics FROM trading_ingestion, trading_strategy, trading_execution, trading_risk, trading_analytics, trading_notification, trading_logging, trading_event_bus, trading_api;
REVOKE ALL ON ALL FUNCTIONS IN SCHEMA analytics FROM PUBLIC, trading_ingestion, trading_strategy, trading_execution, trading_risk, trading_analytics, trading_notification, trading_logging, trading_event_bus, trading_api;
ALTER DEFAULT PRIVILEGES IN SCHEMA analytics GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO trading_analytics;
ALTER DEFAULT PRIVILEGES IN SCHEMA analytics GRANT USAGE ON SEQUENCES TO trading_analytics;

-- notification
REVOKE ALL ON SCHEMA notification FROM trading_ingestion, trading_strategy, trading_execution, trading_risk, trading_analytics, trading_notification, trading_logging, trading_event_bus, trading_api;
REVOKE ALL ON ALL TABLES IN SCHEMA notification FROM trading_ingestion, trading_strategy, trading_execution, trading_risk, trading_analytics, trading_notification, trading_logging, trading_event_bus, trading_api;
REVOKE ALL ON ALL SEQUENCES IN SCHEMA notification FROM trading_ingestion, trading_strategy, trading_execution, trading_risk, trading_analytics, trading_notification, trading_logging, trading_event_bus, trading_api;
REVOKE ALL ON ALL FUNCTIONS IN SCHEMA notification FROM PUBLIC, trading_ingestion, trading_strategy, trading_execution, trading_risk, trading_analytics, trading_notification, trading_logging, trading_event_bus, trading_api;
ALTER DEFAULT PRIVILEGES IN SCHEMA notification GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO trading_notification;
ALTER DEFAULT PRIVILEGES IN SCHEMA notification GRANT USAGE ON SEQUENCES TO trading_notification;

-- logging
REVOKE ALL ON SCHEMA logging FROM trading_ingestion, trading_strategy, trading_execution, trading_risk, trading_analytics, trading_notification, trading_logging, trading_event_bus, trading_api;
REVOKE ALL ON ALL TABLES IN SCHEMA logging FROM trading_ingestion, trading_strategy, trading_execution, trading_risk, trading_analytics, trading_notification, trading_logging, trading_event_bus, trading_api;
REVOKE ALL ON ALL SEQUENCES IN SCHEMA logging FROM trading_ingestion, trading_strategy, trading_execution, trading_risk, trading_analytics, trading_notification, trading_logging, trading_event_bus, trading_api;
REVOKE ALL ON ALL FUNCTIONS IN SCHEMA logging FROM PUBLIC, trading_ingestion, trading_strategy, trading_execution, trading_risk, trading_analytics, trading_notification, trading_logging, trading_event_bus, trading_api;
ALTER DEFAULT PRIVILEGES IN SCHEMA logging GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO trading_logging;
ALTER DEFAULT PRIVILEGES IN SCHEMA logging GRANT USAGE ON SEQUENCES TO trading_logging;

-- event_bus
REVOKE ALL ON SCHEMA event_bus FROM trading_ingestion, trading_strategy, trading_execution, trading_risk, trading_analytics, trading_notification, trading_logging, trading_event_bus, trading_api;
REVOKE ALL ON ALL TABLES IN SCHEMA event_bus FROM trading_ingestion, trading_strategy, trading_execution, trading_risk, trading_analytics, trading_notification, trading_logging, trading_event_bus, trading_api;
REVOKE ALL ON ALL SEQUENCES IN SCHEMA event_bus FROM trading_ingestion, trading_strategy, trading_execution, trading_risk, trading_analytics, trading_notification, trading_logging, trading_event_bus, trading_api;
REVOKE ALL ON ALL FUNCTIONS IN SCHEMA event_bus FROM PUBLIC, trading_ingestion, trading_strategy, trading_execution, trading_risk, trading_analytics, trading_notification, trading_logging, trading_event_bus, trading_api;
ALTER DEFAULT PRIVILEGES IN SCHEMA event_bus GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO trading_event_bus;
ALTER DEFAULT PRIVILEGES IN SCHEMA event_bus GRANT USAGE ON SEQUENCES TO trading_event_bus;

-- api
REVOKE ALL ON SCHEMA api FROM trading_ingestion, trading_strategy, trading_execution, trading_risk, trading_analytics, trading_notification, trading_logging, trading_event_bus, trading_api;
REVOKE ALL ON ALL TABLES IN SCHEMA api FROM trading_ingestion, trading_strategy, trading_execution, trading_risk, trading_analytics, trading_notification, trading_logging, trading_event_bus, trading_api;
REVOKE ALL ON ALL SEQUENCES IN SCHEMA api FROM trading_ingestion, trading_strategy, trading_execution, trading_risk, trading_analytics, trading_notification, trading_logging, trading_event_bus, trading_api;
REVOKE ALL ON ALL FUNCTIONS IN SCHEMA api FROM PUBLIC, trading_ingestion, trading_strategy, trading_execution, trading_risk, trading_analytics, trading_notification, trading_logging, trading_event_bus, trading_api;
ALTER DEFAULT PRIVILEGES IN SCHEMA api GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO trading_api;
ALTER DEFAULT PRIVILEGES IN SCHEMA api GRANT USAGE ON SEQUENCES TO trading_api;

-- trading_ingestion
GRANT USAGE ON SCHEMA data_ingestion, event_bus TO trading_ingestion;
GRANT SELECT, INSERT, UPDATE, DELETE ON data_ingestion.market_data TO trading_ingestion;
GRANT SELECT, INSERT ON data_ingestion.bar_revisions TO trading_ingestion;
GRANT SELECT, INSERT ON data_ingestion.data_quality_logs TO trading_ingestion;
GRANT SELECT, INSERT, UPDATE ON data_ingestion.ingestion_status TO trading_ingestion;
GRANT SELECT, INSERT ON data_ingestion.corporate_actions TO trading_ingestion;
GRANT SELECT ON data_ingestion.actions TO trading_ingestion;
GRANT SELECT, INSERT (event_id, event_type, version, service, key, correlation_id, causation_id, data, occurred_at) ON event_bus.outbox TO trading_ingestion;
GRANT SELECT ON event_bus.event_types TO trading_ingestion;
GRANT SELECT, INSERT ON event_bus.inbox TO trading_ingestion;
GRANT SELECT, INSERT (consumer_group, event_types, last_xid, last_id), UPDATE (event_types, last_xid, last_id, tried_xid, tried_id, tried_at, tries) ON event_bus.consumer_groups TO trading_ingestion;
GRANT SELECT, INSERT (consumer_group, key, xid, id, event_id, event, attempts, error, stack), UPDATE (attempts, error, stack) ON event_bus.parked_events TO trading_ingestion;
GRANT SELECT, INSERT (consumer_group, event_id, event_type, event, error, stack, attempts), UPDATE (error, stack, attempts, failed_at, resolved_at, retry_requested_at) ON event_bus.dead_letters TO trading_ingestion;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA data_ingestion TO trading_ingestion;
GRANT USAGE ON SEQUENCE event_bus.outbox_id_seq TO trading_ingestion;
GRANT USAGE ON SEQUENCE event_bus.dead_letters_id_seq TO trading_ingestion;
GRANT EXECUTE ON FUNCTION event_bus.current_service() TO trading_ingestion;
GRANT EXECUTE ON FUNCTION event_bus.take_parked(text, uuid, integer) TO trading_ingestion;
GRANT EXECUTE ON FUNCTION data_ingestion.ensure_market_data_partitions(timestamptz, timestamptz) TO trading_ingestion;
GRANT EXECUTE ON FUNCTION data_ingestion.drop_market_data_partitions_before(timestamptz) TO trading_ingestion;

-- trading_strategy
GRANT USAGE ON SCHEMA data_ingestion, event_bus, execution, risk_management, strategy_engine TO trading_strategy;
GRANT SELECT ON data_ingestion.bars TO trading_strategy;
GRANT SELECT, INSERT, UPDATE, DELETE ON strategy_engine.strategies TO trading_strategy;
GRANT SELECT, INSERT ON strategy_engine.strategy_signals TO trading_strategy;
GRANT SELECT, INSERT, UPDATE ON strategy_engine.strategy_performance TO trading_strategy;
GRANT SELECT, INSERT, UPDATE ON strategy_engine.strategy_configs TO trading_strategy;
GRANT SELECT, INSERT, UPDATE, DELETE ON strategy_engine.pending_moments TO trading_strategy;
GRANT SELECT, INSERT ON strategy_engine.strategy_decisions TO trading_strategy;
GRANT SELECT ON strategy_engine.active_strategies TO trading_strategy;
GRANT SELECT ON strategy_engine.measured_strategies TO trading_strategy;
GRANT SELECT ON execution.handled_bars TO trading_strategy;
GRANT SELECT ON execution.working_orders TO trading_strategy;
GRANT SELECT ON execution.holdings TO trading_strategy;
GRANT SELECT, INSERT (event_id, event_type, version, service, key, correlation_id, causation_id, data, occurred_at) ON event_bus.outbox TO trading_strategy;
GRANT SELECT ON event_bus.event_types TO trading_strategy;
GRANT SELECT, INSERT ON event_bus.inbox TO trading_strategy;
GRANT SELECT, INSERT (consumer_group, event_types, last_xid, last_id), UPDATE (event_types, last_xid, last_id, tried_xid, tried_id, tried_at, tries) ON event_bus.consumer_groups TO trading_strategy;
GRANT SELECT, INSERT (consumer_group, key, xid, id, event_id, event, attempts, error, stack), UPDATE (attempts, error, stack) ON event_bus.parked_events TO trading_strategy;
GRANT SELECT, INSERT (consumer_group, event_id, event_type, event, error, stack, attempts), UPDATE (error, stack, attempts, failed_at, resolved_at, retry_requested_at) ON event_bus.dead_letters TO trading_strategy;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA strategy_engine TO trading_strategy;
GRANT USAGE ON SEQUENCE event_bus.outbox_id_seq TO trading_strategy;
GRANT USAGE ON SEQUENCE event_bus.dead_letters_id_seq TO trading_strategy;
GRANT EXECUTE ON FUNCTION event_bus.current_service() TO trading_strategy;
GRANT EXECUTE ON FUNCTION event_bus.take_parked(text, uuid, integer) TO trading_strategy;
GRANT EXECUTE ON FUNCTION risk_management.raise_event(text, text, text, text, text, jsonb, timestamptz, text, text) TO trading_strategy;

-- trading_execution
GRANT USAGE ON SCHEMA data_ingestion, event_bus, execution, risk_management, strategy_engine TO trading_execution;
GRANT SELECT ON data_ingestion.bars TO trading_execution;
GRANT SELECT ON strategy_engine.signals TO trading_execution;
GRANT SELECT ON execution.orders TO trading_execution;
GRANT SELECT ON execution.trades TO trading_execution;
GRANT SELECT ON execution.positions TO trading_execution;
GRANT SELECT ON execution.position_adjustments TO trading_execution;
GRANT SELECT, INSERT, UPDATE ON execution.account_policies TO trading_execution;
GRANT SELECT ON execution.cash_accounts TO trading_execution;
GRANT SELECT ON execution.cash_transfers TO trading_execution;
GRANT SELECT ON execution.execution_logs TO trading_execution;
GRANT SELECT, INSERT, UPDATE ON execution.account_series TO trading_execution;
GRANT SELECT ON execution.market_clocks TO trading_execution;
GRANT SELECT, INSERT ON execution.broker_accounts TO trading_execution;
GRANT SELECT, INSERT ON execution.execution_names TO trading_execution;
GRANT SELECT, INSERT (event_id, event_type, version, service, key, correlation_id, causation_id, data, occurred_at) ON event_bus.outbox TO trading_execution;
GRANT SELECT ON event_bus.event_types TO trading_execution;
GRANT SELECT, INSERT ON event_bus.inbox TO trading_execution;
GRANT SELECT, INSERT (consumer_group, event_types, last_xid, last_id), UPDATE (event_types, last_xid, last_id, tried_xid, tried_id, tried_at, tries) ON event_bus.consumer_groups TO trading_execution;
GRANT SELECT, INSERT (consumer_group, key, xid, id, event_id, event, attempts, error, stack), UPDATE (attempts, error, stack) ON event_bus.parked_events TO trading_execution;
GRANT SELECT, INSERT (consumer_group, event_id, event_type, event, error, stack, attempts), UPDATE (error, stack, attempts, failed_at, resolved_at, retry_requested_at) ON event_bus.dead_letters TO trading_execution;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA execution TO trading_execution;
GRANT USAGE ON SEQUENCE event_bus.outbox_id_seq TO trading_execution;
GRANT USAGE ON SEQUENCE event_bus.dead_letters_id_seq TO trading_execution;
GRANT EXECUTE ON FUNCTION event_bus.current_service() TO trading_execution;
GRANT EXECUTE ON FUNCTION event_bus.new_event_id() TO trading_execution;
GRANT EXECUTE ON FUNCTION event_bus.event_version(text) TO trading_execution;
GRANT EXECUTE ON FUNCTION event_bus.take_parked(text, uuid, integer) TO trading_execution;
GRANT EXECUTE ON FUNCTION execution.apply_fill(numeric, numeric, numeric, numeric, numeric, numeric) TO trading_execution;
GRANT EXECUTE ON FUNCTION execution.apply_split(numeric, numeric, numeric, numeric, boolean, numeric) TO trading_execution;
GRANT EXECUTE ON FUNCTION execution.replay_position(text, text, bigint, execution.position_adjustments, date) TO trading_execution;
GRANT EXECUTE ON FUNCTION execution.chain_entry(text, text, bigint) TO trading_execution;
GRANT EXECUTE ON FUNCTION execution.post_cash(text, text, text, numeric, text, text, timestamptz, text) TO trading_execution;
GRANT EXECUTE ON FUNCTION execution.ledger(text) TO trading_execution;
GRANT EXECUTE ON FUNCTION execution.cash_of(text) TO trading_execution;
GRANT EXECUTE ON FUNCTION execution.transfer_totals(text) TO trading_execution;
GRANT EXECUTE ON FUNCTION execution.apply_splits(jsonb) TO trading_execution;
GRANT EXECUTE ON FUNCTION execution.heed_actions(text, date, text, text) TO trading_execution;
GRANT EXECUTE ON FUNCTION execution.average_price(numeric, numeric) TO trading_execution;
GRANT EXECUTE ON FUNCTION execution.filled(text) TO trading_execution;
GRANT EXECUTE ON FUNCTION execution.place_orders(jsonb) TO trading_execution;
GRANT EXECUTE ON FUNCTION execution.book_reports(jsonb) TO trading_execution;
GRANT EXECUTE ON FUNCTION execution.bust_fill(text, text, timestamptz, date, text, text) TO trading_execution;
GRANT EXECUTE ON FUNCTION execution.mark_positions(jsonb) TO trading_execution;
GRANT EXECUTE ON FUNCTION execution.forget_bars(text, text, timestamptz, timestamptz, text) TO trading_execution;
GRANT EXECUTE ON FUNCTION execution.remember_match(jsonb) TO trading_execution;
GRANT EXECUTE ON FUNCTION execution.lock_order(text) TO trading_execution;
GRANT EXECUTE ON FUNCTION execution.lock_working_orders(jsonb) TO trading_execution;
GRANT EXECUTE ON FUNCTION execution.adopt_broker_id(text, text, text) TO trading_execution;
GRANT EXECUTE ON FUNCTION execution.deny_submission(text, text, text) TO trading_execution;
GRANT EXECUTE ON FUNCTION execution.series_of(text) TO trading_execution;
GRANT EXECUTE ON FUNCTION execution.verify(text, text) TO trading_execution;
GRANT EXECUTE ON FUNCTION risk_management.refuse_submission(text) TO trading_execution;
GRANT EXECUTE ON FUNCTION risk_management.refuse_cancel(text, text, text) TO trading_execution;
GRANT EXECUTE ON FUNCTION risk_management.raise_event(text, text, text, text, text, jsonb, timestamptz, text, text) TO trading_execution;

-- trading_risk
GRANT USAGE ON SCHEMA event_bus, execution, risk_management TO trading_risk;
GRANT SELECT ON execution.holdings TO trading_risk;
GRANT SELECT, INSERT, UPDATE, DELETE ON risk_management.risk_limits TO trading_risk;
GRANT SELECT, INSERT, UPDATE ON risk_management.risk_events TO trading_risk;
GRANT SELECT, INSERT, UPDATE, DELETE ON risk_management.position_limits TO trading_risk;
GRANT SELECT, INSERT, UPDATE ON risk_management.kill_switches TO trading_risk;
GRANT SELECT, INSERT, UPDATE ON risk_management.account_states TO trading_risk;
GRANT SELECT, INSERT, UPDATE ON risk_management.account_holdings TO trading_risk;
GRANT SELECT, INSERT (event_id, event_type, version, service, key, correlation_id, causation_id, data, occurred_at) ON event_bus.outbox TO trading_risk;
GRANT SELECT ON event_bus.event_types TO trading_risk;
GRANT SELECT, INSERT ON event_bus.inbox TO trading_risk;
GRANT SELECT, INSERT (consumer_group, event_types, last_xid, last_id), UPDATE (event_types, last_xid, last_id, tried_xid, tried_id, tried_at, tries) ON event_bus.consumer_groups TO trading_risk;
GRANT SELECT, INSERT (consumer_group, key, xid, id, event_id, event, attempts, error, stack), UPDATE (attempts, error, stack) ON event_bus.parked_events TO trading_risk;
GRANT SELECT, INSERT (consumer_group, event_id, event_type, event, error, stack, attempts), UPDATE (error, stack, attempts, failed_at, resolved_at, retry_requested_at) ON event_bus.dead_letters TO trading_risk;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA risk_management TO trading_risk;
GRANT USAGE ON SEQUENCE event_bus.outbox_id_seq TO trading_risk;
GRANT USAGE ON SEQUENCE event_bus.dead_letters_id_seq TO trading_risk;
GRANT EXECUTE ON FUNCTION event_bus.current_service() TO trading_risk;
GRANT EXECUTE ON FUNCTION event_bus.new_event_id() TO trading_risk;
GRANT EXECUTE ON FUNCTION event_bus.event_version(text) TO trading_risk;
GRANT EXECUTE ON FUNCTION event_bus.take_parked(text, uuid, integer) TO trading_risk;
GRANT EXECUTE ON FUNCTION risk_management.raise_event(text, text, text, text, text, jsonb, timestamptz, text, text) TO trading_risk;

-- trading_analytics
GRANT USAGE ON SCHEMA analytics, data_ingestion, event_bus, execution, strategy_engine TO trading_analytics;
GRANT SELECT ON data_ingestion.bars TO trading_analytics;
GRANT SELECT ON strategy_engine.measured_strategies TO trading_analytics;
GRANT SELECT ON execution.whole_share_accounts TO trading_analytics;
GRANT SELECT ON execution.fills TO trading_analytics;
GRANT SELECT, INSERT, UPDATE, DELETE ON analytics.performance_metrics TO trading_analytics;
GRANT SELECT, INSERT, UPDATE ON analytics.reports TO trading_analytics;
GRANT SELECT, INSERT, UPDATE, DELETE ON analytics.analytics_cache TO trading_analytics;
GRANT SELECT, INSERT (event_id, event_type, version, service, key, correlation_id, causation_id, data, occurred_at) ON event_bus.outbox TO trading_analytics;
GRANT SELECT ON event_bus.event_types TO trading_analytics;
GRANT SELECT, INSERT ON event_bus.inbox TO trading_analytics;
GRANT SELECT, INSERT (consumer_group, event_types, last_xid, last_id), UPDATE (event_types, last_xid, last_id, tried_xid, tried_id, tried_at, tries) ON event_bus.consumer_groups TO trading_analytics;
GRANT SELECT, INSERT (consumer_group, key, xid, id, event_id, event, attempts, error, stack), UPDATE (attempts, error, stack) ON event_bus.parked_events TO trading_analytics;
GRANT SELECT, INSERT (consumer_group, event_id, event_type, event, error, stack, attempts), UPDATE (error, stack, attempts, failed_at, resolved_at, retry_requested_at) ON event_bus.dead_letters TO trading_analytics;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA analytics TO trading_analytics;
GRANT USAGE ON SEQUENCE event_bus.outbox_id_seq TO trading_analytics;
GRANT USAGE ON SEQUENCE event_bus.dead_letters_id_seq TO trading_analytics;
GRANT EXECUTE ON FUNCTION event_bus.current_service() TO trading_analytics;
GRANT EXECUTE ON FUNCTION event_bus.take_parked(text, uuid, integer) TO trading_analytics;
GRANT EXECUTE ON FUNCTION data_ingestion.unit_changes(text, text, date, date) TO trading_analytics;
GRANT EXECUTE ON FUNCTION data_ingestion.unexplained_ratio(text, text, timestamptz) TO trading_analytics;

-- trading_notification
GRANT USAGE ON SCHEMA event_bus, notification TO trading_notification;
GRANT SELECT, INSERT, UPDATE, DELETE ON notification.alert_configs TO trading_notification;
GRANT SELECT, INSERT, UPDATE ON notification.notification_logs TO trading_notification;
GRANT SELECT, INSERT (event_id, event_type, version, service, key, correlation_id, causation_id, data, occurred_at) ON event_bus.outbox TO trading_notification;
GRANT SELECT ON event_bus.event_types TO trading_notification;
GRANT SELECT, INSERT ON event_bus.inbox TO trading_notification;
GRANT SELECT, INSERT (consumer_group, event_types, last_xid, last_id), UPDATE (event_types, last_xid, last_id, tried_xid, tried_id, tried_at, tries) ON event_bus.consumer_groups TO trading_notification;
GRANT SELECT, INSERT (consumer_group, key, xid, id, event_id, event, attempts, error, stack), UPDATE (attempts, error, stack) ON event_bus.parked_events TO trading_notification;
GRANT SELECT, INSERT (consumer_group, event_id, event_type, event, error, stack, attempts), UPDATE (error, stack, attempts, failed_at, resolved_at, retry_requested_at) ON event_bus.dead_letters TO trading_notification;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA notification TO trading_notification;
GRANT USAGE ON SEQUENCE event_bus.outbox_id_seq TO trading_notification;
GRANT USAGE ON SEQUENCE event_bus.dead_letters_id_seq TO trading_notification;
GRANT EXECUTE ON FUNCTION event_bus.current_service() TO trading_notification;
GRANT EXECUTE ON FUNCTION event_bus.take_parked(text, uuid, integer) TO trading_notification;

-- trading_logging
GRANT USAGE ON SCHEMA event_bus, logging TO trading_logging;
GRANT SELECT, INSERT, DELETE ON logging.system_logs TO trading_logging;
GRANT SELECT, INSERT, DELETE ON logging.trading_logs TO trading_logging;
GRANT SELECT, INSERT, DELETE ON logging.performance_logs TO trading_logging;
GRANT SELECT ON event_bus.outbox TO trading_logging;
GRANT SELECT ON event_bus.event_types TO trading_logging;
GRANT SELECT, INSERT ON event_bus.inbox TO trading_logging;
GRANT SELECT, INSERT (consumer_group, event_types, last_xid, last_id), UPDATE (event_types, last_xid, last_id, tried_xid, tried_id, tried_at, tries) ON event_bus.consumer_groups TO trading_logging;
GRANT SELECT, INSERT (consumer_group, key, xid, id, event_id, event, attempts, error, stack), UPDATE (attempts, error, stack) ON event_bus.parked_events TO trading_logging;
GRANT SELECT, INSERT (consumer_group, event_id, event_type, event, error, stack, attempts), UPDATE (error, stack, attempts, failed_at, resolved_at, retry_requested_at) ON event_bus.dead_letters TO trading_logging;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA logging TO trading_logging;
GRANT USAGE ON SEQUENCE event_bus.dead_letters_id_seq TO trading_logging;
GRANT EXECUTE ON FUNCTION event_bus.current_service() TO trading_logging;
GRANT EXECUTE ON FUNCTION event_bus.take_parked(text, uuid, integer) TO trading_logging;

-- trading_event_bus
GRANT USAGE ON SCHEMA event_bus TO trading_event_bus;
GRANT SELECT, INSERT, UPDATE, DELETE ON event_bus.outbox TO trading_event_bus;
GRANT SELECT ON event_bus.event_types TO trading_event_bus;
GRANT SELECT, INSERT, UPDATE, DELETE ON event_bus.inbox TO trading_event_bus;
GRANT SELECT, INSERT, UPDATE, DELETE ON event_bus.consumer_groups TO trading_event_bus;
GRANT SELECT, INSERT, UPDATE, DELETE ON event_bus.parked_events TO trading_event_bus;
GRANT SELECT, INSERT, UPDATE, DELETE ON event_bus.dead_letters TO trading_event_bus;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA event_bus TO trading_event_bus;
GRANT EXECUTE ON FUNCTION event_bus.current_service() TO trading_event_bus;
GRANT EXECUTE ON FUNCTION event_bus.rotate_outbox() TO trading_event_bus;
GRANT EXECUTE ON FUNCTION event_bus.old_outbox_partitions(timestamptz) TO trading_event_bus;
GRANT EXECUTE ON FUNCTION event_bus.drop_outbox_partitions(timestamptz) TO trading_event_bus;

-- trading_api
GRANT USAGE ON SCHEMA analytics, api, data_ingestion, event_bus, execution, logging, notification, risk_management, strategy_engine TO trading_api;
GRANT SELECT ON data_ingestion.actions TO trading_api;
GRANT SELECT ON data_ingestion.bars TO trading_api;
GRANT SELECT ON data_ingestion.series TO trading_api;
GRANT SELECT ON data_ingestion.quality_findings TO trading_api;
GRANT SELECT ON strategy_engine.signals TO trading_api;
GRANT SELECT ON strategy_engine.stored_strategies TO trading_api;
GRANT SELECT ON strategy_engine.strategy_versions TO trading_api;
GRANT SELECT ON strategy_engine.daily_performance TO trading_api;
GRANT SELECT ON execution.fills TO trading_api;
GRANT SELECT ON execution.all_orders TO trading_api;
GRANT SELECT ON execution.holdings TO trading_api;
GRANT SELECT ON risk_management.accounts TO trading_api;
GRANT SELECT ON risk_management.limits TO trading_api;
GRANT SELECT ON risk_management.symbol_limits TO trading_api;
GRANT SELECT ON risk_management.events TO trading_api;
GRANT SELECT ON risk_management.switches TO trading_api;
GRANT SELECT ON analytics.figures TO trading_api;
GRANT SELECT ON analytics.stored_reports TO trading_api;
GRANT SELECT ON notification.alerts TO trading_api;
GRANT SELECT ON notification.notifications TO trading_api;
GRANT SELECT ON logging.event_lines TO trading_api;
GRANT SELECT, INSERT, UPDATE (revoked_at, revoked_by, last_used_at) ON api.keys TO trading_api;
GRANT SELECT, INSERT, DELETE ON api.sessions TO trading_api;
GRANT SELECT, INSERT, DELETE ON api.login_codes TO trading_api;
GRANT SELECT, INSERT, UPDATE, DELETE ON api.idempotent_answers TO trading_api;
GRANT SELECT, INSERT, UPDATE (status, code, finished_at) ON api.audit_log TO trading_api;
GRANT SELECT ON event_bus.outbox TO trading_api;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA api TO trading_api;
