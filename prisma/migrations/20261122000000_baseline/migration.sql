-- The whole schema, written by `trading sql baseline` from the Prisma schema and the SQL files beside it: change those, then
-- write a migration. Nobody edits this.

-- prisma/sql/_before/roles.sql

-- Written by `npx trading sql` from packages/database/src/isolation/matrix.ts: edit that, never this.
-- One login role a service. Roles belong to the whole server: another database of it may have made them already.
DO $$
DECLARE
  wanted text;
BEGIN
  FOREACH wanted IN ARRAY ARRAY[
    'trading_ingestion', 'trading_strategy', 'trading_execution', 'trading_risk', 'trading_analytics', 'trading_notification', 'trading_logging', 'trading_event_bus', 'trading_api']
  LOOP
    -- Asked first: the owner of the database may make no roles, and `trading up` has made them as the administrator.
    CONTINUE WHEN EXISTS (SELECT FROM pg_roles WHERE rolname = wanted);
    BEGIN
      EXECUTE format('CREATE ROLE %I LOGIN', wanted);
    EXCEPTION WHEN duplicate_object OR unique_violation THEN
      NULL;
    END;
  END LOOP;
END
$$;

-- Nobody may call a function until it is granted, those of later migrations included.
ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;

-- prisma/sql/_before/schemas.sql

-- Partitions are in schemas of their own, which Prisma and Studio do not list. `prisma migrate reset` empties only the schemas
-- of base.prisma, so these may exist already.
CREATE SCHEMA IF NOT EXISTS market_data_partitions;

CREATE SCHEMA IF NOT EXISTS event_bus_partitions;

-- From prisma/schema

-- CreateSchema
CREATE SCHEMA IF NOT EXISTS "analytics";

-- CreateSchema
CREATE SCHEMA IF NOT EXISTS "api";

-- CreateSchema
CREATE SCHEMA IF NOT EXISTS "data_ingestion";

-- CreateSchema
CREATE SCHEMA IF NOT EXISTS "event_bus";

-- CreateSchema
CREATE SCHEMA IF NOT EXISTS "execution";

-- CreateSchema
CREATE SCHEMA IF NOT EXISTS "logging";

-- CreateSchema
CREATE SCHEMA IF NOT EXISTS "notification";

-- CreateSchema
CREATE SCHEMA IF NOT EXISTS "risk_management";

-- CreateSchema
CREATE SCHEMA IF NOT EXISTS "strategy_engine";

-- CreateEnum
CREATE TYPE "execution"."order_side" AS ENUM ('buy', 'sell');

-- CreateEnum
CREATE TYPE "execution"."order_type" AS ENUM ('market', 'limit', 'stop', 'stop_limit');

-- CreateEnum
CREATE TYPE "execution"."order_status" AS ENUM ('pending', 'submitted', 'filled', 'partially_filled', 'cancelled', 'rejected');

-- CreateEnum
CREATE TYPE "execution"."time_in_force" AS ENUM ('day', 'gtc', 'ioc', 'fok');

-- CreateTable
CREATE TABLE "analytics"."performance_metrics" (
    "id" BIGSERIAL NOT NULL,
    "account_id" VARCHAR(50) NOT NULL,
    "strategy_id" VARCHAR(100) NOT NULL,
    "metric" VARCHAR(50) NOT NULL,
    "date" DATE NOT NULL,
    "value" DECIMAL(24,8),
    "method" JSONB NOT NULL,
    "computed_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "performance_metrics_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "analytics"."reports" (
    "id" BIGSERIAL NOT NULL,
    "report_id" VARCHAR(100) NOT NULL,
    "report_type" VARCHAR(50) NOT NULL,
    "period_start" DATE NOT NULL,
    "period_end" DATE NOT NULL,
    "content" JSONB NOT NULL,
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "reports_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "analytics"."analytics_cache" (
    "key" VARCHAR(200) NOT NULL,
    "value" JSONB NOT NULL,
    "expires_at" TIMESTAMPTZ(6) NOT NULL,
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "analytics_cache_pkey" PRIMARY KEY ("key")
);

-- CreateTable
CREATE TABLE "api"."keys" (
    "key_id" VARCHAR(20) NOT NULL,
    "name" VARCHAR(100) NOT NULL,
    "kind" VARCHAR(10) NOT NULL DEFAULT 'key',
    "secret_hash" BYTEA NOT NULL,
    "scope" VARCHAR(10) NOT NULL,
    "accounts" TEXT[],
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "created_by" VARCHAR(100) NOT NULL,
    "expires_at" TIMESTAMPTZ(6),
    "revoked_at" TIMESTAMPTZ(6),
    "revoked_by" VARCHAR(100),
    "last_used_at" TIMESTAMPTZ(6),

    CONSTRAINT "keys_pkey" PRIMARY KEY ("key_id")
);

-- CreateTable
CREATE TABLE "api"."sessions" (
    "session_hash" BYTEA NOT NULL,
    "key_id" VARCHAR(20) NOT NULL,
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expires_at" TIMESTAMPTZ(6) NOT NULL,

    CONSTRAINT "sessions_pkey" PRIMARY KEY ("session_hash")
);

-- CreateTable
CREATE TABLE "api"."idempotent_answers" (
    "key_id" VARCHAR(20) NOT NULL,
    "idempotency_key" VARCHAR(100) NOT NULL,
    "request_hash" BYTEA NOT NULL,
    "status" SMALLINT,
    "body" TEXT,
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "idempotent_answers_pkey" PRIMARY KEY ("key_id","idempotency_key")
);

-- CreateTable
CREATE TABLE "api"."audit_log" (
    "id" BIGSERIAL NOT NULL,
    "key_id" VARCHAR(20) NOT NULL,
    "method" VARCHAR(10) NOT NULL,
    "path" VARCHAR(500) NOT NULL,
    "request" JSONB,
    "idempotency_key" VARCHAR(100),
    "started_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "status" SMALLINT,
    "code" VARCHAR(100),
    "finished_at" TIMESTAMPTZ(6),

    CONSTRAINT "audit_log_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "api"."login_codes" (
    "code_hash" BYTEA NOT NULL,
    "created_by" VARCHAR(100) NOT NULL,
    "expires_at" TIMESTAMPTZ(6) NOT NULL,

    CONSTRAINT "login_codes_pkey" PRIMARY KEY ("code_hash")
);

-- CreateTable
CREATE TABLE "data_ingestion"."market_data" (
    "id" BIGSERIAL NOT NULL,
    "symbol" VARCHAR(20) NOT NULL,
    "timestamp" TIMESTAMPTZ(6) NOT NULL,
    "open" DECIMAL(15,4) NOT NULL,
    "high" DECIMAL(15,4) NOT NULL,
    "low" DECIMAL(15,4) NOT NULL,
    "close" DECIMAL(15,4) NOT NULL,
    "volume" BIGINT NOT NULL,
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "data_source" VARCHAR(20) NOT NULL DEFAULT 'polygon',

    CONSTRAINT "unique_symbol_timestamp_source" PRIMARY KEY ("symbol","timestamp","data_source")
) PARTITION BY RANGE ("timestamp");

-- CreateTable
CREATE TABLE "data_ingestion"."bar_revisions" (
    "id" BIGSERIAL NOT NULL,
    "symbol" VARCHAR(20) NOT NULL,
    "timestamp" TIMESTAMPTZ(6) NOT NULL,
    "data_source" VARCHAR(20) NOT NULL,
    "open" DECIMAL(15,4) NOT NULL,
    "high" DECIMAL(15,4) NOT NULL,
    "low" DECIMAL(15,4) NOT NULL,
    "close" DECIMAL(15,4) NOT NULL,
    "volume" BIGINT NOT NULL,
    "known_from" TIMESTAMPTZ(6) NOT NULL,
    "known_until" TIMESTAMPTZ(6) NOT NULL,

    CONSTRAINT "bar_revisions_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "data_ingestion"."data_quality_logs" (
    "id" BIGSERIAL NOT NULL,
    "symbol" VARCHAR(20) NOT NULL,
    "data_source" VARCHAR(20) NOT NULL,
    "check_type" VARCHAR(50) NOT NULL,
    "status" VARCHAR(10) NOT NULL,
    "bar_timestamp" TIMESTAMPTZ(6),
    "message" TEXT NOT NULL,
    "details" JSONB,
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "data_quality_logs_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "data_ingestion"."ingestion_status" (
    "id" BIGSERIAL NOT NULL,
    "symbol" VARCHAR(20) NOT NULL,
    "data_source" VARCHAR(20) NOT NULL,
    "status" VARCHAR(20) NOT NULL DEFAULT 'idle',
    "last_bar" TIMESTAMPTZ(6),
    "row_count" BIGINT NOT NULL DEFAULT 0,
    "cursor" TEXT,
    "started_at" TIMESTAMPTZ(6),
    "finished_at" TIMESTAMPTZ(6),
    "error" TEXT,
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "ingestion_status_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "data_ingestion"."corporate_actions" (
    "id" BIGSERIAL NOT NULL,
    "action_id" VARCHAR(100) NOT NULL,
    "version" INTEGER NOT NULL,
    "symbol" VARCHAR(20) NOT NULL,
    "type" VARCHAR(20) NOT NULL,
    "ex_date" DATE NOT NULL,
    "record_date" DATE,
    "pay_date" DATE,
    "numerator" DECIMAL(18,8),
    "denominator" DECIMAL(18,8),
    "amount" DECIMAL(23,8),
    "currency" VARCHAR(3),
    "new_symbol" VARCHAR(20),
    "source" VARCHAR(20) NOT NULL,
    "source_id" VARCHAR(100),
    "status" VARCHAR(10) NOT NULL DEFAULT 'active',
    "reason" TEXT,
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "corporate_actions_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "event_bus"."outbox" (
    "xid" BIGINT NOT NULL DEFAULT ((pg_current_xact_id())::text)::bigint,
    "id" BIGSERIAL NOT NULL,
    "event_id" UUID NOT NULL,
    "event_type" VARCHAR(50) NOT NULL,
    "version" SMALLINT NOT NULL,
    "service" VARCHAR(30) NOT NULL,
    "key" VARCHAR(200) NOT NULL,
    "correlation_id" VARCHAR(100) NOT NULL,
    "causation_id" VARCHAR(100),
    "data" JSONB NOT NULL,
    "occurred_at" TIMESTAMPTZ(6) NOT NULL,
    "published_at" TIMESTAMPTZ(6) NOT NULL DEFAULT clock_timestamp(),

    CONSTRAINT "outbox_pkey" PRIMARY KEY ("xid","id")
) PARTITION BY RANGE (xid);

-- CreateTable
CREATE TABLE "event_bus"."inbox" (
    "consumer_group" VARCHAR(100) NOT NULL,
    "event_id" UUID NOT NULL,
    "handled_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "inbox_pkey" PRIMARY KEY ("consumer_group","event_id")
);

-- CreateTable
CREATE TABLE "event_bus"."consumer_groups" (
    "consumer_group" VARCHAR(100) NOT NULL,
    "last_xid" BIGINT NOT NULL DEFAULT 0,
    "last_id" BIGINT NOT NULL DEFAULT 0,
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "tried_xid" BIGINT,
    "tried_id" BIGINT,
    "tries" INTEGER NOT NULL DEFAULT 0,
    "tried_at" TIMESTAMPTZ(6),
    "event_types" TEXT[],

    CONSTRAINT "consumer_groups_pkey" PRIMARY KEY ("consumer_group")
);

-- CreateTable
CREATE TABLE "event_bus"."parked_events" (
    "consumer_group" VARCHAR(100) NOT NULL,
    "key" VARCHAR(200) NOT NULL,
    "xid" BIGINT NOT NULL,
    "id" BIGINT NOT NULL,
    "event_id" UUID NOT NULL,
    "event" JSONB NOT NULL,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "error" TEXT,
    "stack" TEXT,
    "parked_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "parked_events_pkey" PRIMARY KEY ("consumer_group","key","xid","id")
);

-- CreateTable
CREATE TABLE "event_bus"."dead_letters" (
    "id" BIGSERIAL NOT NULL,
    "consumer_group" VARCHAR(100) NOT NULL,
    "event_id" UUID NOT NULL,
    "event_type" VARCHAR(50) NOT NULL,
    "event" JSONB NOT NULL,
    "error" TEXT NOT NULL,
    "stack" TEXT,
    "attempts" INTEGER NOT NULL,
    "failed_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "retry_requested_at" TIMESTAMPTZ(6),
    "resolved_at" TIMESTAMPTZ(6),

    CONSTRAINT "dead_letters_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "event_bus"."event_types" (
    "type" VARCHAR(50) NOT NULL,
    "publisher" VARCHAR(30) NOT NULL,
    "version" SMALLINT NOT NULL,

    CONSTRAINT "event_types_pkey" PRIMARY KEY ("type","publisher")
);

-- CreateTable
CREATE TABLE "execution"."orders" (
    "id" BIGSERIAL NOT NULL,
    "order_id" VARCHAR(100) NOT NULL,
    "account_id" VARCHAR(50) NOT NULL,
    "symbol" VARCHAR(20) NOT NULL,
    "side" "execution"."order_side" NOT NULL,
    "order_type" "execution"."order_type" NOT NULL,
    "quantity" DECIMAL(15,4) NOT NULL,
    "price" DECIMAL(15,4),
    "status" "execution"."order_status" NOT NULL DEFAULT 'pending',
    "strategy" VARCHAR(100),
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "stop_price" DECIMAL(15,4),
    "time_in_force" "execution"."time_in_force" NOT NULL DEFAULT 'day',
    "filled_quantity" DECIMAL(15,4) NOT NULL DEFAULT 0,
    "avg_fill_price" DECIMAL(15,4),
    "broker_order_id" VARCHAR(100),
    "correlation_id" VARCHAR(100),
    "decided_at" TIMESTAMPTZ(6) NOT NULL,
    "reason" TEXT,
    "signal_id" VARCHAR(100),
    "reference_price" DECIMAL(15,4),
    "triggered_at" TIMESTAMPTZ(6),
    "matched_through" TIMESTAMPTZ(6),
    "busted_quantity" DECIMAL(15,4) NOT NULL DEFAULT 0,
    "replaces_order_id" VARCHAR(100),
    "trading_source" VARCHAR(20) NOT NULL,

    CONSTRAINT "orders_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "execution"."trades" (
    "id" BIGSERIAL NOT NULL,
    "trade_id" VARCHAR(100) NOT NULL,
    "order_id" VARCHAR(100) NOT NULL,
    "account_id" VARCHAR(50) NOT NULL,
    "symbol" VARCHAR(20) NOT NULL,
    "quantity" DECIMAL(15,4) NOT NULL,
    "price" DECIMAL(15,4) NOT NULL,
    "commission" DECIMAL(10,4) NOT NULL DEFAULT 0,
    "executed_at" TIMESTAMPTZ(6) NOT NULL,
    "strategy" VARCHAR(100),
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "side" "execution"."order_side" NOT NULL,
    "execution_id" VARCHAR(100) NOT NULL,
    "realized_pnl" DECIMAL(23,8) NOT NULL DEFAULT 0,
    "settlement_date" DATE,
    "correlation_id" VARCHAR(100),
    "position_seq" BIGINT NOT NULL DEFAULT 0,
    "position_quantity" DECIMAL(15,4) NOT NULL DEFAULT 0,
    "position_cost" DECIMAL(23,8) NOT NULL DEFAULT 0,
    "position_avg_price" DECIMAL(15,4) NOT NULL DEFAULT 0,
    "position_realized" DECIMAL(23,8) NOT NULL DEFAULT 0,
    "kind" VARCHAR(10) NOT NULL DEFAULT 'fill',
    "corrects_trade_id" VARCHAR(100),

    CONSTRAINT "trades_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "execution"."positions" (
    "id" BIGSERIAL NOT NULL,
    "account_id" VARCHAR(50) NOT NULL,
    "symbol" VARCHAR(20) NOT NULL,
    "quantity" DECIMAL(15,4) NOT NULL,
    "avg_price" DECIMAL(15,4) NOT NULL,
    "market_value" DECIMAL(15,4),
    "unrealized_pnl" DECIMAL(15,4),
    "last_updated" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "realized_pnl" DECIMAL(23,8) NOT NULL DEFAULT 0,
    "cost_basis" DECIMAL(23,8) NOT NULL DEFAULT 0,
    "mark_price" DECIMAL(15,4),
    "marked_at" TIMESTAMPTZ(6),
    "trade_count" BIGINT NOT NULL DEFAULT 0,
    "mark_source" VARCHAR(20),
    "last_ex_date" DATE,
    "next_ex_date" DATE,
    "marked_close" DECIMAL(15,4),
    "mark_kept" BOOLEAN NOT NULL DEFAULT false,

    CONSTRAINT "positions_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "execution"."position_adjustments" (
    "id" BIGSERIAL NOT NULL,
    "account_id" VARCHAR(50) NOT NULL,
    "symbol" VARCHAR(20) NOT NULL,
    "position_seq" BIGINT NOT NULL,
    "action_id" VARCHAR(100) NOT NULL,
    "action_version" INTEGER NOT NULL,
    "ex_date" DATE NOT NULL,
    "numerator" DECIMAL(18,8) NOT NULL,
    "denominator" DECIMAL(18,8) NOT NULL,
    "whole_shares" BOOLEAN NOT NULL,
    "reference_price" DECIMAL(15,4),
    "realized_pnl" DECIMAL(23,8) NOT NULL,
    "position_quantity" DECIMAL(15,4) NOT NULL,
    "position_cost" DECIMAL(23,8) NOT NULL,
    "position_avg_price" DECIMAL(15,4) NOT NULL,
    "position_realized" DECIMAL(23,8) NOT NULL,
    "position_cash" DECIMAL(23,8) NOT NULL,
    "correlation_id" VARCHAR(100),
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "position_adjustments_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "execution"."account_policies" (
    "account_id" VARCHAR(50) NOT NULL,
    "whole_shares" BOOLEAN NOT NULL,
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "account_policies_pkey" PRIMARY KEY ("account_id")
);

-- CreateTable
CREATE TABLE "execution"."cash_accounts" (
    "account_id" VARCHAR(50) NOT NULL,
    "currency" VARCHAR(3) NOT NULL,
    "net_deposits" DECIMAL(23,8) NOT NULL DEFAULT 0,
    "other_income" DECIMAL(23,8) NOT NULL DEFAULT 0,
    "receivable" DECIMAL(23,8) NOT NULL DEFAULT 0,
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "cash_accounts_pkey" PRIMARY KEY ("account_id")
);

-- CreateTable
CREATE TABLE "execution"."cash_transfers" (
    "id" BIGSERIAL NOT NULL,
    "account_id" VARCHAR(50) NOT NULL,
    "transfer_id" VARCHAR(100) NOT NULL,
    "kind" VARCHAR(20) NOT NULL,
    "debit" VARCHAR(20) NOT NULL,
    "credit" VARCHAR(20) NOT NULL,
    "amount" DECIMAL(23,8) NOT NULL,
    "currency" VARCHAR(3) NOT NULL,
    "symbol" VARCHAR(20),
    "action_id" VARCHAR(100),
    "reason" TEXT,
    "occurred_at" TIMESTAMPTZ(6) NOT NULL,
    "correlation_id" VARCHAR(100),
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "cash_transfers_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "execution"."execution_logs" (
    "id" BIGSERIAL NOT NULL,
    "order_id" VARCHAR(100) NOT NULL,
    "from_status" "execution"."order_status",
    "to_status" "execution"."order_status" NOT NULL,
    "event" VARCHAR(50) NOT NULL,
    "details" JSONB,
    "correlation_id" VARCHAR(100),
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "execution_logs_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "execution"."execution_names" (
    "account_id" VARCHAR(50) NOT NULL,
    "source" VARCHAR(10) NOT NULL,
    "name" VARCHAR(100) NOT NULL,
    "execution_id" VARCHAR(100) NOT NULL,

    CONSTRAINT "execution_names_pkey" PRIMARY KEY ("account_id","source","name")
);

-- CreateTable
CREATE TABLE "execution"."broker_accounts" (
    "account_id" VARCHAR(50) NOT NULL,
    "broker" VARCHAR(50) NOT NULL,
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "broker_accounts_pkey" PRIMARY KEY ("account_id")
);

-- CreateTable
CREATE TABLE "execution"."account_series" (
    "account_id" VARCHAR(50) NOT NULL,
    "trading_source" VARCHAR(20) NOT NULL,
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "account_series_pkey" PRIMARY KEY ("account_id")
);

-- CreateTable
CREATE TABLE "execution"."market_clocks" (
    "symbol" VARCHAR(20) NOT NULL,
    "data_source" VARCHAR(20) NOT NULL,
    "through" TIMESTAMPTZ(6) NOT NULL,

    CONSTRAINT "market_clocks_pkey" PRIMARY KEY ("symbol","data_source")
);

-- CreateTable
CREATE TABLE "logging"."system_logs" (
    "id" BIGSERIAL NOT NULL,
    "timestamp" TIMESTAMPTZ(6) NOT NULL,
    "service" VARCHAR(50) NOT NULL,
    "level" VARCHAR(10) NOT NULL,
    "event_type" VARCHAR(100),
    "message" TEXT NOT NULL,
    "correlation_id" VARCHAR(100),
    "metadata" JSONB,
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "event_id" UUID,

    CONSTRAINT "system_logs_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "logging"."trading_logs" (
    "id" BIGSERIAL NOT NULL,
    "timestamp" TIMESTAMPTZ(6) NOT NULL,
    "trade_id" VARCHAR(100),
    "symbol" VARCHAR(20),
    "side" VARCHAR(10),
    "quantity" DECIMAL(15,4),
    "price" DECIMAL(15,4),
    "strategy" VARCHAR(100),
    "execution_time_ms" INTEGER,
    "status" VARCHAR(50),
    "error_message" TEXT,
    "correlation_id" VARCHAR(100),
    "event_id" UUID,
    "order_id" VARCHAR(100),

    CONSTRAINT "trading_logs_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "logging"."performance_logs" (
    "id" BIGSERIAL NOT NULL,
    "timestamp" TIMESTAMPTZ(6) NOT NULL,
    "service" VARCHAR(50),
    "operation" VARCHAR(100),
    "execution_time_ms" INTEGER,
    "memory_usage_mb" INTEGER,
    "cpu_usage_percent" DECIMAL(5,2),
    "metadata" JSONB,

    CONSTRAINT "performance_logs_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "notification"."alert_configs" (
    "id" BIGSERIAL NOT NULL,
    "alert_id" VARCHAR(100) NOT NULL,
    "name" VARCHAR(100) NOT NULL,
    "event_type" VARCHAR(50) NOT NULL,
    "rule" JSONB NOT NULL DEFAULT '{}',
    "channel" VARCHAR(20) NOT NULL,
    "recipients" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "throttle_seconds" INTEGER NOT NULL DEFAULT 0,
    "active" BOOLEAN NOT NULL DEFAULT true,
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "alert_configs_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "notification"."notification_logs" (
    "id" BIGSERIAL NOT NULL,
    "alert_id" VARCHAR(100) NOT NULL,
    "event_id" VARCHAR(100) NOT NULL,
    "event_type" VARCHAR(50) NOT NULL,
    "channel" VARCHAR(20) NOT NULL,
    "status" VARCHAR(20) NOT NULL,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "message" TEXT NOT NULL,
    "error" TEXT,
    "correlation_id" VARCHAR(100),
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "sent_at" TIMESTAMPTZ(6),
    "occurred_at" TIMESTAMPTZ(6) NOT NULL,
    "next_attempt_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "notification_logs_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "risk_management"."risk_limits" (
    "id" BIGSERIAL NOT NULL,
    "account_id" VARCHAR(50) NOT NULL,
    "strategy" VARCHAR(100) NOT NULL DEFAULT '',
    "limit_type" VARCHAR(50) NOT NULL,
    "limit_value" DECIMAL(20,4) NOT NULL,
    "current_value" DECIMAL(20,4),
    "active" BOOLEAN NOT NULL DEFAULT true,
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "breached_at" TIMESTAMPTZ(6),

    CONSTRAINT "risk_limits_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "risk_management"."risk_events" (
    "id" BIGSERIAL NOT NULL,
    "event_id" VARCHAR(100) NOT NULL,
    "account_id" VARCHAR(50) NOT NULL,
    "event_type" VARCHAR(50) NOT NULL,
    "severity" VARCHAR(20) NOT NULL,
    "message" TEXT NOT NULL,
    "data" JSONB,
    "correlation_id" VARCHAR(100),
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "resolved_at" TIMESTAMPTZ(6),
    "resolved_by" VARCHAR(100),
    "resolution" TEXT,

    CONSTRAINT "risk_events_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "risk_management"."position_limits" (
    "id" BIGSERIAL NOT NULL,
    "account_id" VARCHAR(50) NOT NULL,
    "symbol" VARCHAR(20) NOT NULL,
    "max_quantity" DECIMAL(15,4),
    "max_notional" DECIMAL(20,4),
    "max_outside_session" DECIMAL(20,4),
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "breached_at" TIMESTAMPTZ(6),

    CONSTRAINT "position_limits_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "risk_management"."kill_switches" (
    "id" BIGSERIAL NOT NULL,
    "scope" VARCHAR(20) NOT NULL,
    "target" VARCHAR(100) NOT NULL DEFAULT '',
    "level" VARCHAR(20) NOT NULL,
    "reason" TEXT NOT NULL,
    "set_by" VARCHAR(100) NOT NULL,
    "set_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "lifted_by" VARCHAR(100),
    "lifted_at" TIMESTAMPTZ(6),

    CONSTRAINT "kill_switches_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "risk_management"."account_states" (
    "account_id" VARCHAR(50) NOT NULL,
    "capital" DECIMAL(20,4),
    "trading_day" DATE,
    "day_open_pnl" DECIMAL(23,8) NOT NULL DEFAULT 0,
    "last_pnl" DECIMAL(23,8) NOT NULL DEFAULT 0,
    "peak_pnl" DECIMAL(23,8) NOT NULL DEFAULT 0,
    "updated_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "account_states_pkey" PRIMARY KEY ("account_id")
);

-- CreateTable
CREATE TABLE "risk_management"."account_holdings" (
    "account_id" VARCHAR(50) NOT NULL,
    "symbol" VARCHAR(20) NOT NULL,
    "quantity" DECIMAL(15,4) NOT NULL,
    "market_value" DECIMAL(20,4) NOT NULL,
    "pnl" DECIMAL(23,8) NOT NULL,
    "as_of" TIMESTAMPTZ(6) NOT NULL,

    CONSTRAINT "account_holdings_pkey" PRIMARY KEY ("account_id","symbol")
);

-- CreateTable
CREATE TABLE "risk_management"."account_locks" (
    "account_id" VARCHAR(50) NOT NULL,

    CONSTRAINT "account_locks_pkey" PRIMARY KEY ("account_id")
);

-- CreateTable
CREATE TABLE "strategy_engine"."strategies" (
    "id" SERIAL NOT NULL,
    "strategy_id" VARCHAR(100) NOT NULL,
    "name" VARCHAR(100) NOT NULL,
    "parameters" JSONB,
    "status" VARCHAR(20) NOT NULL DEFAULT 'inactive',
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "strategies_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "strategy_engine"."strategy_signals" (
    "id" SERIAL NOT NULL,
    "signal_id" VARCHAR(100) NOT NULL,
    "strategy_id" VARCHAR(100) NOT NULL,
    "symbol" VARCHAR(20) NOT NULL,
    "signal" VARCHAR(20) NOT NULL,
    "strength" DECIMAL(5,2) NOT NULL,
    "bar_timestamp" TIMESTAMPTZ(6) NOT NULL,
    "price" DECIMAL(15,4) NOT NULL,
    "data_source" VARCHAR(20),
    "correlation_id" VARCHAR(100),
    "target" JSONB,
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "strategy_signals_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "strategy_engine"."strategy_performance" (
    "id" SERIAL NOT NULL,
    "strategy_id" VARCHAR(100) NOT NULL,
    "date" DATE NOT NULL,
    "returns" DECIMAL(10,4),
    "sharpe_ratio" DECIMAL(8,4),
    "max_drawdown" DECIMAL(8,4),
    "total_trades" INTEGER,
    "win_rate" DECIMAL(5,2),
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "strategy_performance_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "strategy_engine"."strategy_configs" (
    "id" SERIAL NOT NULL,
    "strategy_id" VARCHAR(100) NOT NULL,
    "version" INTEGER NOT NULL,
    "parameters" JSONB NOT NULL,
    "active" BOOLEAN NOT NULL DEFAULT false,
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "strategy_configs_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "strategy_engine"."account_locks" (
    "account_id" TEXT NOT NULL,

    CONSTRAINT "account_locks_pkey" PRIMARY KEY ("account_id")
);

-- CreateTable
CREATE TABLE "strategy_engine"."pending_moments" (
    "strategy_id" VARCHAR(100) NOT NULL,
    "symbol" VARCHAR(20) NOT NULL,
    "moment" TIMESTAMPTZ(6) NOT NULL,
    "due_at" TIMESTAMPTZ(6) NOT NULL,
    "correlation_id" VARCHAR(100) NOT NULL,
    "causation_id" UUID NOT NULL,
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "pending_moments_pkey" PRIMARY KEY ("strategy_id","symbol","moment")
);

-- CreateTable
CREATE TABLE "strategy_engine"."strategy_decisions" (
    "id" BIGSERIAL NOT NULL,
    "strategy_id" VARCHAR(100) NOT NULL,
    "symbol" VARCHAR(20) NOT NULL,
    "moment" TIMESTAMPTZ(6) NOT NULL,
    "version" INTEGER NOT NULL,
    "saw" JSONB NOT NULL,
    "wanted" JSONB NOT NULL,
    "state" JSONB,
    "error" TEXT,
    "correlation_id" VARCHAR(100) NOT NULL,
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "strategy_decisions_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "performance_metrics_strategy_id_account_id_metric_date_key" ON "analytics"."performance_metrics"("strategy_id", "account_id", "metric", "date");

-- CreateIndex
CREATE UNIQUE INDEX "reports_report_id_key" ON "analytics"."reports"("report_id");

-- CreateIndex
CREATE INDEX "analytics_cache_expires_at_idx" ON "analytics"."analytics_cache"("expires_at");

-- CreateIndex
CREATE INDEX "idempotent_answers_created_at_idx" ON "api"."idempotent_answers"("created_at");

-- CreateIndex
CREATE INDEX "audit_log_key_id_id_idx" ON "api"."audit_log"("key_id", "id");

-- CreateIndex
CREATE INDEX "bar_revisions_symbol_data_source_timestamp_known_until_idx" ON "data_ingestion"."bar_revisions"("symbol", "data_source", "timestamp", "known_until");

-- CreateIndex
CREATE INDEX "data_quality_logs_symbol_data_source_created_at_idx" ON "data_ingestion"."data_quality_logs"("symbol", "data_source", "created_at" DESC);

-- CreateIndex
CREATE UNIQUE INDEX "ingestion_status_symbol_data_source_key" ON "data_ingestion"."ingestion_status"("symbol", "data_source");

-- CreateIndex
CREATE INDEX "corporate_actions_symbol_ex_date_idx" ON "data_ingestion"."corporate_actions"("symbol", "ex_date");

-- CreateIndex
CREATE UNIQUE INDEX "corporate_actions_action_id_version_key" ON "data_ingestion"."corporate_actions"("action_id", "version");

-- CreateIndex
CREATE UNIQUE INDEX "parked_events_consumer_group_event_id_key" ON "event_bus"."parked_events"("consumer_group", "event_id");

-- CreateIndex
CREATE UNIQUE INDEX "dead_letters_consumer_group_event_id_key" ON "event_bus"."dead_letters"("consumer_group", "event_id");

-- CreateIndex
CREATE UNIQUE INDEX "orders_order_id_key" ON "execution"."orders"("order_id");

-- CreateIndex
CREATE INDEX "orders_account_id_decided_at_idx" ON "execution"."orders"("account_id", "decided_at" DESC);

-- CreateIndex
CREATE UNIQUE INDEX "trades_trade_id_key" ON "execution"."trades"("trade_id");

-- CreateIndex
CREATE INDEX "trades_account_id_symbol_executed_at_idx" ON "execution"."trades"("account_id", "symbol", "executed_at");

-- CreateIndex
CREATE INDEX "trades_order_id_idx" ON "execution"."trades"("order_id");

-- CreateIndex
CREATE UNIQUE INDEX "trades_account_id_execution_id_key" ON "execution"."trades"("account_id", "execution_id");

-- CreateIndex
CREATE INDEX "positions_symbol_idx" ON "execution"."positions"("symbol");

-- CreateIndex
CREATE UNIQUE INDEX "position_adjustments_account_id_symbol_position_seq_key" ON "execution"."position_adjustments"("account_id", "symbol", "position_seq");

-- CreateIndex
CREATE INDEX "cash_transfers_account_id_action_id_idx" ON "execution"."cash_transfers"("account_id", "action_id");

-- CreateIndex
CREATE UNIQUE INDEX "cash_transfers_account_id_transfer_id_key" ON "execution"."cash_transfers"("account_id", "transfer_id");

-- CreateIndex
CREATE INDEX "execution_logs_order_id_idx" ON "execution"."execution_logs"("order_id");

-- CreateIndex
CREATE INDEX "system_logs_correlation_id_idx" ON "logging"."system_logs"("correlation_id");

-- CreateIndex
CREATE INDEX "system_logs_timestamp_idx" ON "logging"."system_logs" USING BRIN ("timestamp");

-- CreateIndex
CREATE INDEX "trading_logs_correlation_id_idx" ON "logging"."trading_logs"("correlation_id");

-- CreateIndex
CREATE INDEX "trading_logs_timestamp_idx" ON "logging"."trading_logs" USING BRIN ("timestamp");

-- CreateIndex
CREATE INDEX "performance_logs_timestamp_idx" ON "logging"."performance_logs" USING BRIN ("timestamp");

-- CreateIndex
CREATE UNIQUE INDEX "alert_configs_alert_id_key" ON "notification"."alert_configs"("alert_id");

-- CreateIndex
CREATE INDEX "alert_configs_event_type_idx" ON "notification"."alert_configs"("event_type");

-- CreateIndex
CREATE INDEX "notification_logs_alert_id_occurred_at_idx" ON "notification"."notification_logs"("alert_id", "occurred_at");

-- CreateIndex
CREATE INDEX "notification_logs_status_next_attempt_at_idx" ON "notification"."notification_logs"("status", "next_attempt_at");

-- CreateIndex
CREATE UNIQUE INDEX "notification_logs_alert_id_event_id_key" ON "notification"."notification_logs"("alert_id", "event_id");

-- CreateIndex
CREATE UNIQUE INDEX "risk_limits_account_id_strategy_limit_type_key" ON "risk_management"."risk_limits"("account_id", "strategy", "limit_type");

-- CreateIndex
CREATE UNIQUE INDEX "risk_events_event_id_key" ON "risk_management"."risk_events"("event_id");

-- CreateIndex
CREATE INDEX "risk_events_account_id_created_at_idx" ON "risk_management"."risk_events"("account_id", "created_at" DESC);

-- CreateIndex
CREATE UNIQUE INDEX "position_limits_account_id_symbol_key" ON "risk_management"."position_limits"("account_id", "symbol");

-- CreateIndex
CREATE UNIQUE INDEX "strategies_strategy_id_key" ON "strategy_engine"."strategies"("strategy_id");

-- CreateIndex
CREATE UNIQUE INDEX "strategy_signals_signal_id_key" ON "strategy_engine"."strategy_signals"("signal_id");

-- CreateIndex
CREATE UNIQUE INDEX "strategy_signals_strategy_id_symbol_bar_timestamp_key" ON "strategy_engine"."strategy_signals"("strategy_id", "symbol", "bar_timestamp");

-- CreateIndex
CREATE UNIQUE INDEX "strategy_performance_strategy_id_date_key" ON "strategy_engine"."strategy_performance"("strategy_id", "date");

-- CreateIndex
CREATE UNIQUE INDEX "strategy_configs_strategy_id_version_key" ON "strategy_engine"."strategy_configs"("strategy_id", "version");

-- CreateIndex
CREATE UNIQUE INDEX "strategy_decisions_strategy_id_symbol_moment_key" ON "strategy_engine"."strategy_decisions"("strategy_id", "symbol", "moment");

-- AddForeignKey
ALTER TABLE "api"."sessions" ADD CONSTRAINT "sessions_key_id_fkey" FOREIGN KEY ("key_id") REFERENCES "api"."keys"("key_id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "api"."idempotent_answers" ADD CONSTRAINT "idempotent_answers_key_id_fkey" FOREIGN KEY ("key_id") REFERENCES "api"."keys"("key_id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "api"."audit_log" ADD CONSTRAINT "audit_log_key_id_fkey" FOREIGN KEY ("key_id") REFERENCES "api"."keys"("key_id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "execution"."orders" ADD CONSTRAINT "orders_replaces_order_id_fkey" FOREIGN KEY ("replaces_order_id") REFERENCES "execution"."orders"("order_id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "execution"."trades" ADD CONSTRAINT "trades_order_id_fkey" FOREIGN KEY ("order_id") REFERENCES "execution"."orders"("order_id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "execution"."trades" ADD CONSTRAINT "trades_corrects_trade_id_fkey" FOREIGN KEY ("corrects_trade_id") REFERENCES "execution"."trades"("trade_id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "execution"."execution_logs" ADD CONSTRAINT "execution_logs_order_id_fkey" FOREIGN KEY ("order_id") REFERENCES "execution"."orders"("order_id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "execution"."execution_names" ADD CONSTRAINT "execution_names_account_id_execution_id_fkey" FOREIGN KEY ("account_id", "execution_id") REFERENCES "execution"."trades"("account_id", "execution_id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "notification"."notification_logs" ADD CONSTRAINT "notification_logs_alert_id_fkey" FOREIGN KEY ("alert_id") REFERENCES "notification"."alert_configs"("alert_id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "strategy_engine"."strategy_signals" ADD CONSTRAINT "strategy_signals_strategy_id_fkey" FOREIGN KEY ("strategy_id") REFERENCES "strategy_engine"."strategies"("strategy_id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "strategy_engine"."strategy_performance" ADD CONSTRAINT "strategy_performance_strategy_id_fkey" FOREIGN KEY ("strategy_id") REFERENCES "strategy_engine"."strategies"("strategy_id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "strategy_engine"."strategy_configs" ADD CONSTRAINT "strategy_configs_strategy_id_fkey" FOREIGN KEY ("strategy_id") REFERENCES "strategy_engine"."strategies"("strategy_id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "strategy_engine"."pending_moments" ADD CONSTRAINT "pending_moments_strategy_id_fkey" FOREIGN KEY ("strategy_id") REFERENCES "strategy_engine"."strategies"("strategy_id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "strategy_engine"."strategy_decisions" ADD CONSTRAINT "strategy_decisions_strategy_id_fkey" FOREIGN KEY ("strategy_id") REFERENCES "strategy_engine"."strategies"("strategy_id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- prisma/sql/data_ingestion/functions/common_ratio.sql

-- The ratio, new to old, by which the last bars of a series up to a moment were rewritten, where one
-- ratio explains all of them within the rounding of their columns; null where it does not, where the bars are fewer
-- than three, or where the ratio is nearer to 1 than 5 %: dividend-adjusted series move by less with each dividend.
-- Called by: unexplained_ratio and execution.mark_positions. No role may call it.
CREATE OR REPLACE FUNCTION data_ingestion.common_ratio(p_symbol text, p_data_source text, p_until timestamptz)
RETURNS numeric LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
SET enable_seqscan = off SET enable_bitmapscan = off AS $$
  WITH pairs AS (
    SELECT b.close AS is_now, r.close AS was, b.close / r.close AS ratio
      FROM (SELECT x."timestamp", x.close FROM data_ingestion.market_data AS x
             WHERE x.symbol = p_symbol AND x.data_source = p_data_source AND x."timestamp" <= p_until
             ORDER BY x."timestamp" DESC LIMIT 5) AS b
     CROSS JOIN LATERAL (
       SELECT v.close FROM data_ingestion.bar_revisions AS v
        WHERE v.symbol = p_symbol AND v.data_source = p_data_source AND v."timestamp" = b."timestamp"
        ORDER BY v.known_until DESC LIMIT 1) AS r),
  middle AS (SELECT sum(is_now) / sum(was) AS ratio, count(*) AS bars FROM pairs)
  SELECT m.ratio FROM middle AS m
   WHERE m.bars >= 3 AND abs(m.ratio - 1) > 0.05
     AND NOT EXISTS (SELECT FROM pairs AS p
                      WHERE abs(p.is_now - p.was * m.ratio) > 0.0001 * (1 + m.ratio) + p.is_now * 0.0002)
$$;

COMMENT ON FUNCTION data_ingestion.common_ratio IS
  'The one ratio by which the last bars of a series were rewritten; null where there is none.';

-- prisma/sql/data_ingestion/functions/drop_market_data_partitions_before.sql

-- Retention: detaches and drops the yearly partitions of market_data that end at or before `cutoff`, and deletes the
-- revisions of their bars. Returns the names of the dropped partitions. SECURITY DEFINER, because partitions belong to
-- the owner.
-- Called by: ingestion, src/sql/dropPartitions.ts.
-- Locks: market_data in SHARE UPDATE EXCLUSIVE mode, then it and each dropped partition exclusively. It waits 5
-- s for each lock, then fails.
-- Raises: invalid_parameter_value where `cutoff` is null or in the future; lock_not_available.
CREATE OR REPLACE FUNCTION data_ingestion.drop_market_data_partitions_before(cutoff timestamptz)
RETURNS text[] LANGUAGE plpgsql SECURITY DEFINER
-- All readers queue behind this lock request while one long reader blocks it, so it gives up soon.
SET search_path = pg_catalog, pg_temp SET lock_timeout = '5s' AS $$
DECLARE
  child text;
  child_year int;
  dropped text[] := '{}';
BEGIN
  IF cutoff IS NULL OR cutoff > now() THEN
    RAISE EXCEPTION 'cutoff (%) must be a moment that has passed', cutoff USING ERRCODE = 'invalid_parameter_value';
  END IF;
  -- No partition is made while others are dropped.
  LOCK TABLE ONLY data_ingestion.market_data IN SHARE UPDATE EXCLUSIVE MODE;
  FOR child, child_year IN
    SELECT c.relname, substr(c.relname, 13)::int
      FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE i.inhparent = 'data_ingestion.market_data'::regclass AND n.nspname = 'market_data_partitions'
       AND c.relname ~ '^market_data_\d{4}$'
     ORDER BY 2
  LOOP
    EXIT WHEN make_timestamptz(child_year + 1, 1, 1, 0, 0, 0, 'UTC') > cutoff;
    EXECUTE format('ALTER TABLE data_ingestion.market_data DETACH PARTITION market_data_partitions.%I', child);
    EXECUTE format('DROP TABLE market_data_partitions.%I', child);
    dropped := dropped || child;
  END LOOP;
  DELETE FROM data_ingestion.bar_revisions WHERE "timestamp" < date_trunc('year', cutoff, 'UTC');
  RETURN dropped;
END
$$;

COMMENT ON FUNCTION data_ingestion.drop_market_data_partitions_before IS
  'Retention: drops the yearly partitions of market_data that end at or before the cutoff; returns their names.';

-- prisma/sql/data_ingestion/functions/ensure_market_data_partitions.sql

-- Makes the yearly partitions of market_data that bars from `first_bar` to `last_bar` need and that are missing.
-- Returns the names of the new ones. SECURITY DEFINER, because partitions belong to the owner.
-- Two writers may want the same partition at once. The second waits for the lock on the parent and then reads pg_class
-- again: to_regclass would answer from a cache that waiting for a lock does not refresh. One lock serves all years.
-- With a lock for each year, a writer that waits for a year and one that waits for the parent could wait for each
-- other.
-- Called by: ingestion, src/sql/ensurePartitions.ts, and prisma/sql/_after/first_partitions.sql.
-- Locks: nothing where all partitions exist. Otherwise market_data in SHARE UPDATE EXCLUSIVE mode, which lets readers
-- and writers pass.
-- Isolation: READ COMMITTED.
-- Raises: invalid_parameter_value where a bound is null or they are in the wrong order; datetime_field_overflow outside
-- the years 1900 to 2200.
CREATE OR REPLACE FUNCTION data_ingestion.ensure_market_data_partitions(first_bar timestamptz, last_bar timestamptz)
RETURNS text[] LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  first_year int := extract(year FROM first_bar AT TIME ZONE 'UTC');
  last_year int := extract(year FROM last_bar AT TIME ZONE 'UTC');
  missing int[];
  y int;
  child text;
  created text[] := '{}';
BEGIN
  IF first_bar IS NULL OR last_bar IS NULL OR first_bar > last_bar THEN
    RAISE EXCEPTION 'first_bar (%) must not be after last_bar (%), and neither may be null', first_bar, last_bar
      USING ERRCODE = 'invalid_parameter_value';
  END IF;
  IF first_year < 1900 OR last_year > 2200 THEN
    RAISE EXCEPTION 'bars from % to % are outside the years 1900 to 2200', first_bar, last_bar
      USING ERRCODE = 'datetime_field_overflow';
  END IF;
  -- First without the lock: usually nothing is missing. Otherwise once more with it.
  FOR attempt IN 1..2 LOOP
    missing := ARRAY(
      SELECT wanted FROM generate_series(first_year, last_year) AS wanted
       WHERE NOT EXISTS (
         SELECT FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
          WHERE n.nspname = 'market_data_partitions' AND c.relname = 'market_data_' || wanted)
       ORDER BY wanted);
    IF cardinality(missing) = 0 THEN
      RETURN created;
    END IF;
    IF attempt = 1 THEN
      LOCK TABLE ONLY data_ingestion.market_data IN SHARE UPDATE EXCLUSIVE MODE;
    END IF;
  END LOOP;
  FOREACH y IN ARRAY missing LOOP
    child := format('market_data_%s', y);
    -- CREATE TABLE ... PARTITION OF would lock out readers and writers of the parent; ATTACH does not.
    EXECUTE format('CREATE TABLE market_data_partitions.%I (LIKE data_ingestion.market_data INCLUDING DEFAULTS INCLUDING CONSTRAINTS)', child);
    EXECUTE format('ALTER TABLE data_ingestion.market_data ATTACH PARTITION market_data_partitions.%I FOR VALUES FROM (%L) TO (%L)',
      child, make_timestamptz(y, 1, 1, 0, 0, 0, 'UTC'), make_timestamptz(y + 1, 1, 1, 0, 0, 0, 'UTC'));
    created := created || child;
  END LOOP;
  RETURN created;
END
$$;

COMMENT ON FUNCTION data_ingestion.ensure_market_data_partitions IS
  'Makes the missing yearly partitions of market_data for a range of bars; returns the names of the new ones.';

-- prisma/sql/data_ingestion/functions/keep_bar_revisions.sql

-- Trigger function: when bars are corrected, stores their former values in bar_revisions. A trigger, so that no writer
-- can forget it; FOR EACH STATEMENT, because one statement corrects a whole series. A version is valid from the time
-- when it was stored, or last corrected, until now. Two corrections within one transaction still get different times.
-- Called by: the trigger keep_bar_revisions of data_ingestion.market_data.
CREATE OR REPLACE FUNCTION data_ingestion.keep_bar_revisions() RETURNS trigger LANGUAGE plpgsql SET enable_seqscan = off AS $$
BEGIN
  INSERT INTO data_ingestion.bar_revisions (symbol, "timestamp", data_source, open, high, low, close, volume, known_from, known_until)
  SELECT was.symbol, was."timestamp", was.data_source, was.open, was.high, was.low, was.close, was.volume,
         version.since, greatest(now(), version.since + interval '1 microsecond')
    FROM was JOIN is_now USING (id)
   CROSS JOIN LATERAL (
     SELECT coalesce(max(known_until), was.created_at) AS since FROM data_ingestion.bar_revisions AS earlier
      WHERE earlier.symbol = was.symbol AND earlier.data_source = was.data_source AND earlier."timestamp" = was."timestamp") AS version
   WHERE (was.open, was.high, was.low, was.close, was.volume)
         IS DISTINCT FROM (is_now.open, is_now.high, is_now.low, is_now.close, is_now.volume);
  RETURN NULL;
END
$$;

COMMENT ON FUNCTION data_ingestion.keep_bar_revisions IS
  'Trigger: stores the former values of corrected bars in bar_revisions.';

-- prisma/sql/data_ingestion/functions/unit_changes.sql

-- Published function: the splits at which a series changes the shares that its prices are of, with an ex-date after
-- `p_after` (null: all) up to `p_through`. `rewritten` says that the bars from before the ex-date are stored in the new
-- shares by now. A split that the bars had in them from the start is not listed: a history that was fetched after the
-- split never changes its shares, so whoever trades it in a replay holds new shares all along.
-- Which one it is, the bars say. A raw series always changes. An adjusted one does where the last bar before the
-- ex-date was revised by the ratio of the split, or where the first bar from the ex-date on opens nearer to that ratio
-- than to the last close. Without a bar on both sides nothing can be said yet, and the split is not listed.
-- Called by: execution.restate_position and execution.mark_positions, and analytics, src/sql/selectUnitChanges.ts.
CREATE OR REPLACE FUNCTION data_ingestion.unit_changes(p_symbol text, p_data_source text, p_after date, p_through date)
RETURNS TABLE (action_id text, version int, ex_date date, numerator numeric, denominator numeric, rewritten boolean)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
SET enable_seqscan = off SET enable_bitmapscan = off AS $$
DECLARE
  a record;
  ex_start timestamptz;
  before record;
  opened numeric;
  ratio numeric;
BEGIN
  FOR a IN
    SELECT x.action_id::text AS id, x.version AS number, x.ex_date AS effective, x.numerator AS new_shares, x.denominator AS old_shares
      FROM data_ingestion.actions AS x
     WHERE x.symbol = p_symbol AND x.type = 'split' AND x.status = 'active'
       AND (p_after IS NULL OR x.ex_date > p_after) AND x.ex_date <= p_through
     ORDER BY x.ex_date
  LOOP
    ex_start := a.effective::timestamp AT TIME ZONE 'America/New_York';
    ratio := a.old_shares / a.new_shares;
    SELECT b.close, b."timestamp" AS at INTO before FROM data_ingestion.market_data AS b
     WHERE b.symbol = p_symbol AND b.data_source = p_data_source AND b."timestamp" < ex_start
     ORDER BY b."timestamp" DESC LIMIT 1;
    CONTINUE WHEN before.close IS NULL;
    -- Prices have 4 decimals on both sides.
    PERFORM FROM data_ingestion.bar_revisions AS r
      WHERE r.symbol = p_symbol AND r.data_source = p_data_source AND r."timestamp" = before.at
        AND abs(before.close - r.close * ratio) <= 0.00005 * (1 + ratio) + before.close * 0.0001;
    rewritten := FOUND;
    IF NOT rewritten AND p_data_source !~ '_raw(_|$)' THEN
      SELECT b.open INTO opened FROM data_ingestion.market_data AS b
       WHERE b.symbol = p_symbol AND b.data_source = p_data_source AND b."timestamp" >= ex_start
       ORDER BY b."timestamp" LIMIT 1;
      CONTINUE WHEN opened IS NULL OR abs(ln(opened / before.close) - ln(ratio)) >= abs(ln(opened / before.close));
    END IF;
    action_id := a.id;
    version := a.number;
    ex_date := a.effective;
    numerator := a.new_shares;
    denominator := a.old_shares;
    RETURN NEXT;
  END LOOP;
END
$$;

COMMENT ON FUNCTION data_ingestion.unit_changes IS
  'Published function: the splits at which a series changes the shares that its prices are of, and whether older bars are rewritten.';

-- prisma/sql/event_bus/functions/current_service.sql

-- The service that the current role belongs to: `execution` for trading_execution. Null for a role that is no
-- service's.
-- Called by: the policies of inbox, consumer_groups, parked_events and dead_letters. They let a service see the rows of
-- its own consumer groups only.
CREATE OR REPLACE FUNCTION event_bus.current_service() RETURNS text LANGUAGE sql STABLE AS
  $$ SELECT CASE WHEN current_user LIKE 'trading\_%' THEN substr(current_user, 9) END $$;

COMMENT ON FUNCTION event_bus.current_service IS
  'The service that the current role belongs to; null for a role that is no service.';

-- prisma/sql/event_bus/functions/drop_outbox_partitions.sql

-- Retention: drops the outbox partitions whose events are all older than `before` and that every consumer group has
-- read. Returns their names. SECURITY DEFINER, because partitions belong to the owner.
-- It checks again once it has the lock on the outbox: a group may have been made, or set back by a replay, in between.
-- Called by: event-bus, src/operations/retention.ts.
-- Locks: event_bus.outbox, exclusively. It waits 3 s for each lock, then fails. A replay, which holds the outbox from
-- before it reads where a group would go back to, is waited for.
-- Isolation: READ COMMITTED.
-- Raises: invalid_parameter_value where `before` is null or in the future; lock_not_available.
CREATE OR REPLACE FUNCTION event_bus.drop_outbox_partitions(before timestamptz) RETURNS text[]
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET lock_timeout = '3s' AS $$
DECLARE
  doomed text;
  dropped text[] := '{}';
BEGIN
  IF NOT EXISTS (SELECT FROM event_bus.old_outbox_partitions(before) WHERE needed_by IS NULL) THEN
    RETURN dropped;
  END IF;
  LOCK TABLE event_bus.outbox IN ACCESS EXCLUSIVE MODE;
  FOR doomed IN SELECT name FROM event_bus.old_outbox_partitions(before) WHERE needed_by IS NULL
  LOOP
    EXECUTE format('DROP TABLE event_bus_partitions.%I', doomed);
    dropped := dropped || doomed;
  END LOOP;
  RETURN dropped;
END
$$;

COMMENT ON FUNCTION event_bus.drop_outbox_partitions IS
  'Retention: drops outbox partitions that are older than a time and that no consumer group needs; returns their names.';

-- prisma/sql/event_bus/functions/event_version.sql

-- The version in which an event type is published. The catalogue, event_types, is the only place where it is written.
-- Called by: the functions of execution and risk that publish events.
CREATE OR REPLACE FUNCTION event_bus.event_version(p_type text) RETURNS smallint LANGUAGE sql STABLE AS $$
  SELECT max(version) FROM event_bus.event_types WHERE type = p_type
$$;

COMMENT ON FUNCTION event_bus.event_version IS 'The version in which an event type is published, from the catalogue.';

-- prisma/sql/event_bus/functions/new_event_id.sql

-- A new event id, made as the publisher in TypeScript makes it: a UUID of version 7, milliseconds since 1970 followed
-- by random bits. PostgreSQL 18 has uuidv7(); this function gives the same on 15 to 17.
-- Called by: the functions of execution and risk that publish events.
CREATE OR REPLACE FUNCTION event_bus.new_event_id() RETURNS uuid LANGUAGE sql VOLATILE PARALLEL SAFE AS $$
  SELECT encode(set_byte(
    overlay(uuid_send(gen_random_uuid()) PLACING substring(int8send((extract(epoch FROM clock_timestamp()) * 1000)::bigint) FROM 3) FROM 1 FOR 6),
    6, (get_byte(uuid_send(gen_random_uuid()), 6) & 15) | 112), 'hex')::uuid
$$;

COMMENT ON FUNCTION event_bus.new_event_id IS 'A new event id: a UUID of version 7.';

-- prisma/sql/event_bus/functions/old_outbox_partitions.sql

-- The closed outbox partitions whose events are all older than `before`, oldest first, each with the consumer group
-- that still needs it: the one that is furthest behind. `needed_by` is null where no group needs the partition, and
-- empty where there is no group at all, so that nothing is dropped then. Whether a partition is old is read from the
-- index on time, not from each event. SECURITY DEFINER, because partitions belong to the owner.
-- Called by: drop_outbox_partitions, and event-bus, src/operations/retention.ts, for a dry run.
-- Raises: invalid_parameter_value where `before` is null or in the future.
CREATE OR REPLACE FUNCTION event_bus.old_outbox_partitions(before timestamptz) RETURNS TABLE (name text, needed_by text)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  hindmost event_bus.consumer_groups;
  child record;
  younger boolean;
BEGIN
  IF before IS NULL OR before > now() THEN
    RAISE EXCEPTION 'before (%) must be a time in the past', before USING ERRCODE = 'invalid_parameter_value';
  END IF;
  SELECT * INTO hindmost FROM event_bus.consumer_groups ORDER BY last_xid LIMIT 1;
  FOR child IN
    SELECT c.relname, (regexp_match(pg_get_expr(c.relpartbound, c.oid), 'TO \(''?(\d+)''?\)'))[1]::bigint AS to_xid
    FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
    WHERE i.inhparent = 'event_bus.outbox'::regclass AND pg_get_expr(c.relpartbound, c.oid) NOT LIKE '%MAXVALUE%'
    ORDER BY 2
  LOOP
    -- Usually the last event decides. A long transaction has a lower xid but may have published later: so then ask the index.
    EXECUTE format('SELECT published_at >= $1 FROM event_bus_partitions.%I ORDER BY xid DESC, id DESC LIMIT 1', child.relname)
      INTO younger USING before;
    EXIT WHEN younger;
    EXECUTE format('SELECT EXISTS (SELECT FROM event_bus_partitions.%I WHERE published_at >= $1)', child.relname)
      INTO younger USING before;
    EXIT WHEN younger;
    name := child.relname;
    needed_by := CASE WHEN hindmost.consumer_group IS NULL THEN '' WHEN child.to_xid > hindmost.last_xid THEN hindmost.consumer_group END;
    RETURN NEXT;
  END LOOP;
END
$$;

COMMENT ON FUNCTION event_bus.old_outbox_partitions IS
  'The closed outbox partitions that are older than a time, and the consumer group that still needs each one.';

-- prisma/sql/event_bus/functions/rotate_outbox.sql

-- Closes the open outbox partition and opens the next one. Returns the name of the new one. SECURITY DEFINER, because
-- partitions belong to the owner.
-- Called by: event-bus, src/operations/retention.ts.
-- Locks: event_bus.outbox, exclusively. Publishers wait for it. It waits for them for 3 s, then fails.
-- Raises: lock_not_available.
CREATE OR REPLACE FUNCTION event_bus.rotate_outbox() RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET lock_timeout = '3s' AS $$
DECLARE
  open_child text;
  first_xid bigint;
  cut bigint;
  next_child text;
BEGIN
  -- Under the lock, no transaction that has published is still running. Transactions that begin later have a number above the cut.
  LOCK TABLE event_bus.outbox IN ACCESS EXCLUSIVE MODE;
  cut := pg_current_xact_id()::text::bigint + 1;
  SELECT c.relname, (regexp_match(pg_get_expr(c.relpartbound, c.oid), 'FROM \(''?(\d+)''?\)'))[1]::bigint
    INTO STRICT open_child, first_xid
    FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
    WHERE i.inhparent = 'event_bus.outbox'::regclass AND pg_get_expr(c.relpartbound, c.oid) LIKE '%MAXVALUE%';
  next_child := format('outbox_%s', cut);
  EXECUTE format('ALTER TABLE event_bus.outbox DETACH PARTITION event_bus_partitions.%I', open_child);
  EXECUTE format('ALTER TABLE event_bus.outbox ATTACH PARTITION event_bus_partitions.%I FOR VALUES FROM (%s) TO (%s)', open_child, first_xid, cut);
  EXECUTE format('CREATE TABLE event_bus_partitions.%I PARTITION OF event_bus.outbox FOR VALUES FROM (%s) TO (MAXVALUE)', next_child, cut);
  RETURN next_child;
END
$$;

COMMENT ON FUNCTION event_bus.rotate_outbox IS
  'Closes the open outbox partition and opens the next one; returns the name of the new one.';

-- prisma/sql/event_bus/functions/take_parked.sql

-- Removes a parked event of one of the caller's own groups and returns it; nothing where another process has taken it or has
-- begun another attempt. SECURITY DEFINER, because DELETE on the table would let a service lock it against all others.
-- Called by: event-bus, src/sql/parkedEvents.ts.
-- Locks: the row. It waits for another process that is at work on it.
-- Isolation: READ COMMITTED.
-- Raises: insufficient_privilege for a group of another service.
CREATE OR REPLACE FUNCTION event_bus.take_parked(p_group text, p_event_id uuid, p_attempts integer)
RETURNS TABLE (event_id uuid, event jsonb, attempts integer)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  -- The login of the session: the current user is the owner here.
  IF split_part(p_group, '.', 1) IS DISTINCT FROM substr(session_user, length('trading_') + 1) THEN
    RAISE insufficient_privilege
      USING MESSAGE = format('consumer group %s is not one of %s', left(quote_nullable(p_group), 110), session_user);
  END IF;
  RETURN QUERY
    DELETE FROM event_bus.parked_events AS p
     WHERE p.consumer_group = p_group AND p.event_id = p_event_id AND p.attempts = p_attempts
    RETURNING p.event_id, p.event, p.attempts;
END
$$;

COMMENT ON FUNCTION event_bus.take_parked IS
  'Removes a parked event of one of the caller''s own groups and returns it.';

-- prisma/sql/execution/functions/adopt_broker_id.sql

-- Published function: stores the broker's id of an order that has none yet. It is needed where the order moved on
-- before its acceptance arrived.
-- Called by: execution, src/sql/broker/submission.ts.
-- Locks: the order's row.
-- Raises: unique_violation where another order of the account has that id.
CREATE OR REPLACE FUNCTION execution.adopt_broker_id(p_account_id text, p_order_id text, p_broker_order_id text)
RETURNS void LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  UPDATE execution.orders AS o SET broker_order_id = p_broker_order_id
   WHERE o.account_id = p_account_id AND o.order_id = p_order_id AND o.broker_order_id IS NULL
$$;

COMMENT ON FUNCTION execution.adopt_broker_id IS
  'Published function: stores the broker''s id of an order that has none yet.';

-- prisma/sql/execution/functions/apply_fill.sql

-- What one fill makes of a position, at average cost and exactly. `cost` is the signed cost of the open quantity. A
-- partial close keeps its share of the cost, cut toward zero at the eighth decimal; the cut part goes to realised P&L,
-- so nothing is lost. packages/execution/src/positions/position.ts has the same rules; a test compares the two.
-- Called by: book_trade, judge_trade, replay_position and verify.
CREATE OR REPLACE FUNCTION execution.apply_fill(
  quantity numeric, cost numeric, avg_price numeric, fill numeric, price numeric, commission numeric,
  OUT new_quantity numeric, OUT new_cost numeric, OUT new_avg_price numeric, OUT realized numeric)
LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  new_quantity := quantity + fill;
  IF new_quantity = 0 THEN
    new_cost := 0;
    new_avg_price := 0;
  ELSIF sign(quantity) * sign(fill) >= 0 THEN
    new_cost := cost + fill * price;
    -- Half away from zero; div() is exact where `/` would round twice.
    new_avg_price := div(abs(new_cost) * 20000 + abs(new_quantity), abs(new_quantity) * 2) * 0.0001;
  ELSIF sign(new_quantity) = sign(quantity) THEN
    new_cost := div(cost * abs(new_quantity) * 100000000, abs(quantity)) * 0.00000001;
    new_avg_price := avg_price;
  ELSE
    new_cost := new_quantity * price;
    new_avg_price := price;
  END IF;
  realized := (new_cost - cost) - fill * price - commission;
END
$$;

COMMENT ON FUNCTION execution.apply_fill IS
  'What one fill makes of a position: quantity, cost, average price and realised P&L, at average cost.';

-- prisma/sql/execution/functions/apply_split.sql

-- What a split of `numerator` new shares for `denominator` old ones makes of a position. Cost basis and realised P&L
-- stay. What does not fit the column of quantities, or a whole share where `whole_shares` says so, is cash in lieu: it is
-- sold at the reference price, which is per old share, and realised as any sale. Without a reference price it is sold at
-- its cost. packages/execution/src/positions/split.ts has the same rules; a test compares the two.
-- Called by: replay_position.
CREATE OR REPLACE FUNCTION execution.apply_split(
  quantity numeric, cost numeric, numerator numeric, denominator numeric, whole_shares boolean, reference_price numeric,
  OUT new_quantity numeric, OUT new_cost numeric, OUT new_avg_price numeric, OUT realized numeric, OUT cash numeric)
LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  -- The part that is sold, times the numerator.
  rest numeric;
BEGIN
  new_quantity := CASE WHEN whole_shares THEN div(quantity * numerator, denominator)
                       ELSE div(quantity * numerator * 10000, denominator) * 0.0001 END;
  rest := quantity * numerator - new_quantity * denominator;
  new_cost := CASE WHEN rest = 0 THEN cost WHEN new_quantity = 0 THEN 0
    ELSE div(cost * abs(new_quantity) * denominator * 100000000, abs(quantity) * numerator) * 0.00000001 END;
  cash := CASE WHEN rest = 0 THEN 0 WHEN reference_price IS NULL THEN cost - new_cost
    ELSE sign(rest) * div(abs(rest) * reference_price * 200000000 + numerator, numerator * 2) * 0.00000001 END;
  new_avg_price := coalesce(execution.average_price(abs(new_cost), abs(new_quantity)), 0);
  realized := new_cost - cost + cash;
END
$$;

COMMENT ON FUNCTION execution.apply_split IS
  'What a split makes of a position: quantity, cost, average price, and what cash in lieu of a fraction realised.';

-- prisma/sql/execution/functions/apply_splits.sql

-- Published function: before bars are matched and mark positions, applies the splits and dividends whose dates the market
-- reaches with these bars: to the positions that the series marks, and splits to the orders that work at its prices. Returns how many
-- positions changed. Each element of `p_ranges`: symbol, dataSource, to, correlationId, causationId.
-- Called by: execution, src/sql/matching/matchRows.ts.
-- Locks: see restate_position.
-- Isolation: READ COMMITTED.
CREATE OR REPLACE FUNCTION execution.apply_splits(p_ranges jsonb)
RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off SET enable_bitmapscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
DECLARE
  due record;
  u record;
  held record;
  changed bigint := 0;
BEGIN
  FOR due IN
    SELECT r.symbol, r."dataSource" AS series, max((r."to" AT TIME ZONE 'America/New_York')::date) AS through,
           min((c.through AT TIME ZONE 'America/New_York')::date) AS reached, min(r."correlationId") AS correlation_id,
           min(r."causationId") AS causation_id
      FROM jsonb_to_recordset(p_ranges) AS r(symbol text, "dataSource" text, "to" timestamptz, "correlationId" text, "causationId" text)
      LEFT JOIN execution.market_clocks AS c ON c.symbol = r.symbol AND c.data_source = r."dataSource"
     WHERE EXISTS (SELECT FROM data_ingestion.corporate_actions AS a
                    WHERE a.symbol = r.symbol AND a.type IN ('split', 'cash_dividend', 'special_dividend')
                      AND a.ex_date <= (r."to" AT TIME ZONE 'America/New_York')::date
                      AND (c.through IS NULL OR greatest(a.ex_date, a.pay_date) > (c.through AT TIME ZONE 'America/New_York')::date))
     GROUP BY 1, 2
  LOOP
    FOR u IN SELECT * FROM data_ingestion.unit_changes(due.symbol, due.series, due.reached, due.through) LOOP
      PERFORM execution.cancel_for_split(due.symbol, due.series, u.ex_date, u.action_id, NULL, due.correlation_id, due.causation_id);
    END LOOP;
    FOR held IN
      SELECT p.account_id FROM execution.positions AS p WHERE p.symbol = due.symbol AND p.mark_source = due.series ORDER BY p.account_id
    LOOP
      IF execution.restate_position(held.account_id, due.symbol, due.through, false, due.correlation_id, due.causation_id) THEN
        changed := changed + 1;
      END IF;
      PERFORM execution.settle_dividends(held.account_id, due.symbol, due.through, due.correlation_id, due.causation_id);
    END LOOP;
  END LOOP;
  RETURN changed;
END
$$;

COMMENT ON FUNCTION execution.apply_splits IS
  'Published function: applies the splits and dividends that the market reaches with a set of bars; returns how many positions changed.';

-- prisma/sql/execution/functions/as_created.sql

-- An order as it was before its first step: pending, without a reason.
-- Called by: place_order.
CREATE OR REPLACE FUNCTION execution.as_created(o execution.orders) RETURNS execution.orders LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
  o.status := 'pending';
  o.reason := NULL;
  RETURN o;
END
$$;

COMMENT ON FUNCTION execution.as_created IS 'An order as it was before its first step: pending, without a reason.';

-- prisma/sql/execution/functions/average_price.sql

-- An average price from the amount paid for a quantity, with 4 decimals, half away from zero. div() is exact; `/` would
-- round twice. Null for quantity 0.
-- Called by: book_trade, verify, judge_order and judge_trade.
CREATE OR REPLACE FUNCTION execution.average_price(p_paid numeric, p_quantity numeric) RETURNS numeric LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE WHEN p_quantity > 0 THEN div(p_paid * 20000 + p_quantity, p_quantity * 2) * 0.0001 END
$$;

COMMENT ON FUNCTION execution.average_price IS
  'An average price from the amount paid for a quantity, rounded to 4 decimals, half away from zero.';

-- prisma/sql/execution/functions/book_adjustment.sql

-- Books a split as the next entry of a position's chain, and returns the position after it. The caller stores it.
-- Called by: restate_position, which has locked the position. No role may call it.
CREATE OR REPLACE FUNCTION execution.book_adjustment(
  p execution.positions, p_entry execution.position_adjustments, p_correlation_id text)
RETURNS execution.positions LANGUAGE plpgsql AS $$
DECLARE
  derived record;
BEGIN
  derived := execution.replay_position(p.account_id, p.symbol, p.trade_count, p_entry, NULL);
  INSERT INTO execution.position_adjustments (account_id, symbol, position_seq, action_id, action_version, ex_date, numerator,
      denominator, whole_shares, reference_price, realized_pnl, position_quantity, position_cost, position_avg_price,
      position_realized, position_cash, correlation_id)
    VALUES (p.account_id, p.symbol, p_entry.position_seq, p_entry.action_id, p_entry.action_version, p_entry.ex_date,
      p_entry.numerator, p_entry.denominator, p_entry.whole_shares, p_entry.reference_price,
      derived.realized - p.realized_pnl, derived.quantity, derived.cost, derived.avg_price, derived.realized, derived.cash,
      p_correlation_id);
  p.quantity := derived.quantity;
  p.cost_basis := derived.cost;
  p.avg_price := derived.avg_price;
  p.realized_pnl := derived.realized;
  p.trade_count := p_entry.position_seq;
  RETURN p;
END
$$;

COMMENT ON FUNCTION execution.book_adjustment IS
  'Books a split as the next entry of a position''s chain; returns the position after it.';

-- prisma/sql/execution/functions/book_fill.sql

-- Books one fill, once: the trade, the order's filled quantity, average price and status, the position, its P&L and the
-- log, and publishes what changed. book_reports calls it for each fill, for one as for many. A fill that can't be
-- booked, or that was not expected, becomes a critical risk event in the same transaction. Returns
--   booked          the usual case
--   late            booked, though the order was already cancelled or rejected
--   duplicate       nothing was done: this execution is booked already, with the same values
--   conflicting     nothing was done: this execution id is booked with other values
--   over_fill       only logged: the order would be filled beyond its quantity
--   unknown_order   nothing was done: there is no such order
-- Called by: book_reports. No role may call it.
-- Locks: the order's row, then the position's. Concurrent fills wait for each other, so none is lost.
-- Isolation: READ COMMITTED.
-- Raises: invalid_parameter_value where quantity or price is not above 0, or a number has more than 4 decimals.
CREATE OR REPLACE FUNCTION execution.book_fill(
  p_order_id text, p_account_id text, p_execution_id text, p_quantity numeric, p_price numeric, p_commission numeric,
  p_executed_at timestamptz, p_settlement_date date, p_correlation_id text, p_causation_id text)
RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  o execution.orders;
  known record;
  b record;
  outcome text;
  previous execution.order_status;
BEGIN
  IF (p_quantity > 0 AND p_quantity < 'Infinity' AND p_price > 0 AND p_price < 'Infinity' AND abs(p_commission) < 'Infinity'
      AND greatest(scale(trim_scale(p_quantity)), scale(trim_scale(p_price)), scale(trim_scale(p_commission))) <= 4)
     IS NOT TRUE THEN
    RAISE EXCEPTION
      'fill % of order % has quantity %, price %, commission %: the first two must be above 0 and none may have more than 4 decimals',
      p_execution_id, p_order_id, p_quantity, p_price, p_commission USING ERRCODE = 'invalid_parameter_value';
  END IF;
  SELECT * INTO o FROM execution.orders AS x WHERE x.order_id = p_order_id FOR UPDATE;
  IF NOT FOUND THEN
    outcome := 'unknown_order';
  ELSE
    SELECT x.order_id, x.quantity, x.price INTO known FROM execution.trades AS x
     WHERE x.account_id = o.account_id AND x.execution_id = p_execution_id;
    IF FOUND THEN
      IF (known.order_id, known.quantity, known.price) = (p_order_id, p_quantity, p_price) THEN
        RETURN 'duplicate';
      END IF;
      outcome := 'conflicting';
    ELSIF o.filled_quantity + p_quantity > o.quantity THEN
      outcome := 'over_fill';
      PERFORM execution.log_over_fill(o, p_execution_id, p_quantity, p_price, p_correlation_id);
    ELSE
      outcome := CASE WHEN o.status IN ('cancelled', 'rejected') THEN 'late' ELSE 'booked' END;
    END IF;
  END IF;
  IF outcome <> 'booked' THEN
    PERFORM execution.raise_fill_problem(outcome, p_order_id, p_account_id, p_execution_id, p_quantity, p_price,
      p_commission, p_executed_at, p_correlation_id, p_causation_id);
    IF outcome <> 'late' THEN
      RETURN outcome;
    END IF;
  END IF;

  IF o.status = 'pending' THEN
    -- A fill shows that the broker has the order, so it was submitted in between.
    UPDATE execution.orders AS x SET status = 'submitted' WHERE x.id = o.id;
    o.status := 'submitted';
    PERFORM execution.record_step(o, 'pending', 'acknowledged_by_fill', NULL, p_executed_at, p_correlation_id,
      p_causation_id);
  END IF;
  b := execution.book_trade(o, 'fill', NULL, p_execution_id, o.side, p_quantity, p_price, p_commission, p_executed_at,
    p_settlement_date, p_correlation_id);
  previous := o.status;
  o.filled_quantity := b.net_filled;
  o.avg_fill_price := b.net_average;
  o.status := CASE WHEN o.status IN ('filled', 'cancelled', 'rejected') THEN o.status
                   WHEN b.net_filled = o.quantity THEN 'filled' ELSE 'partially_filled' END;
  UPDATE execution.orders AS x
     SET status = o.status, filled_quantity = o.filled_quantity, avg_fill_price = o.avg_fill_price WHERE x.id = o.id;
  PERFORM execution.record_step(o, previous, CASE outcome WHEN 'late' THEN 'late_fill' ELSE 'fill' END,
    jsonb_build_object('tradeId', (b.trade).trade_id, 'quantity', p_quantity::text, 'price', p_price::text),
    p_executed_at, p_correlation_id, p_causation_id);
  PERFORM execution.publish_trade(b.trade, p_causation_id);
  RETURN outcome;
END
$$;

COMMENT ON FUNCTION execution.book_fill IS
  'Books one fill, once: trade, order, position, P&L, log and events; returns what was done.';

-- prisma/sql/execution/functions/book_reports.sql

-- Published function: books broker reports, one or many, in the caller's transaction and in their order. A report is a
-- fill (see book_fill) or a move, a change of status (see move_order). Returns an outcome for each report; `number`
-- counts from 1 in the order given.
-- Each element of `p_reports` is a fill (kind `fill`: orderId, accountId, executionId, quantity, price, commission,
-- executedAt, settlementDate) or a move (kind `move`: orderId, from, to, event, reason, brokerOrderId, details,
-- occurredAt), with correlationId and causationId.
-- Called by: execution, src/sql/fills/bookReports.ts.
-- Locks: the orders by id, then the positions by account and symbol, so that two batches can't deadlock.
-- Isolation: READ COMMITTED.
-- Raises: invalid_parameter_value for another kind and for what book_fill rejects; check_violation for a move that no
-- order may make.
CREATE OR REPLACE FUNCTION execution.book_reports(p_reports jsonb)
RETURNS TABLE (number bigint, outcome text) LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off SET enable_bitmapscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
DECLARE
  r record;
BEGIN
  IF jsonb_array_length(p_reports) > 1 THEN
    PERFORM FROM execution.orders AS o
      WHERE o.order_id = ANY (ARRAY(SELECT e ->> 'orderId' FROM jsonb_array_elements(p_reports) AS e))
      ORDER BY o.order_id FOR UPDATE;
  END IF;
  FOR r IN
    SELECT a.* FROM ROWS FROM (jsonb_to_recordset(p_reports) AS (kind text, "orderId" text, "accountId" text,
        "executionId" text, quantity numeric, price numeric, commission numeric, "executedAt" timestamptz,
        "settlementDate" date, "from" execution.order_status, "to" execution.order_status, event text, reason text,
        "brokerOrderId" text, details jsonb, "occurredAt" timestamptz, "correlationId" text, "causationId" text))
      WITH ORDINALITY AS a
      LEFT JOIN execution.orders AS o ON o.order_id = a."orderId"
     ORDER BY o.account_id, o.symbol, a.ordinality
  LOOP
    number := r.ordinality;
    IF r.kind = 'fill' THEN
      outcome := execution.book_fill(r."orderId", r."accountId", r."executionId", r.quantity, r.price, r.commission,
        r."executedAt", r."settlementDate", r."correlationId", r."causationId");
    ELSIF r.kind = 'move' THEN
      outcome := execution.move_order(r."orderId", r."from", r."to", r.event, r.reason, r."brokerOrderId", r.details,
        r."occurredAt", r."correlationId", r."causationId");
    ELSE
      RAISE EXCEPTION 'report % of order % is of kind %: it must be fill or move', r.ordinality, r."orderId", r.kind
        USING ERRCODE = 'invalid_parameter_value';
    END IF;
    RETURN NEXT;
  END LOOP;
END
$$;

COMMENT ON FUNCTION execution.book_reports IS
  'Published function: books broker reports, fills and status changes, one or many; returns an outcome for each.';

-- prisma/sql/execution/functions/book_trade.sql

-- Books one trade of a position, a fill or a bust: inserts the trade with its number and the position after it, updates
-- the position, and returns the trade and the totals of the order's trades.
-- Called by: book_fill and bust_fill, which have locked the order. No role may call it.
-- A split that lies between the trade and the position before it is applied with it (see restate_position).
-- Locks: the position's row.
-- Isolation: READ COMMITTED.
-- Raises: unique_violation where the execution is booked already.
CREATE OR REPLACE FUNCTION execution.book_trade(
  o execution.orders, p_kind text, p_corrects text, p_execution_id text, p_side execution.order_side, p_quantity numeric,
  p_price numeric, p_commission numeric, p_executed_at timestamptz, p_settlement_date date, p_correlation_id text,
  OUT trade execution.trades, OUT net_filled numeric, OUT net_average numeric)
LANGUAGE plpgsql AS $$
DECLARE
  p execution.positions;
  after record;
  -- A fill after the last mark is the newest price. marked_at stays, because the mark by the bar itself is still to come.
  mark numeric;
  -- The date that says which shares it is in: that of the fill, for a bust too.
  on_date date := (p_executed_at AT TIME ZONE 'America/New_York')::date;
BEGIN
  SELECT * INTO p FROM execution.positions AS t WHERE t.account_id = o.account_id AND t.symbol = o.symbol FOR UPDATE;
  IF NOT FOUND THEN
    INSERT INTO execution.positions (account_id, symbol, quantity, avg_price, last_ex_date, next_ex_date)
      SELECT o.account_id, o.symbol, 0, 0, max(k.ex_date) FILTER (WHERE k.ex_date <= on_date), min(k.ex_date) FILTER (WHERE k.ex_date > on_date)
        FROM data_ingestion.actions AS k WHERE k.symbol = o.symbol AND k.type = 'split' AND k.status = 'active'
      ON CONFLICT (account_id, symbol) DO NOTHING;
    SELECT * INTO p FROM execution.positions AS t WHERE t.account_id = o.account_id AND t.symbol = o.symbol FOR UPDATE;
  END IF;
  IF p_corrects IS NOT NULL AND p.last_ex_date IS NOT NULL THEN
    SELECT (t.executed_at AT TIME ZONE 'America/New_York')::date INTO on_date FROM execution.trades AS t WHERE t.trade_id = p_corrects;
  END IF;
  -- One series marks a position until it is flat again: that of the order which opened it.
  IF p.quantity = 0 AND p.mark_source IS DISTINCT FROM o.trading_source THEN
    p.mark_source := o.trading_source;
    p.marked_at := NULL;
  END IF;
  after := execution.apply_fill(p.quantity, p.cost_basis, p.avg_price,
    CASE p_side WHEN 'buy' THEN p_quantity ELSE -p_quantity END, p_price, p_commission);
  mark := CASE WHEN p_kind = 'bust' OR p.marked_at >= p_executed_at OR on_date < p.last_ex_date THEN p.mark_price ELSE p_price END;

  INSERT INTO execution.trades (trade_id, order_id, account_id, symbol, side, quantity, price, commission, executed_at,
      strategy, execution_id, realized_pnl, settlement_date, correlation_id, kind, corrects_trade_id,
      position_seq, position_quantity, position_cost, position_avg_price, position_realized)
    VALUES ('t-' || left(encode(sha256(convert_to(o.account_id || chr(31) || p_execution_id, 'UTF8')), 'hex'), 40),
      o.order_id, o.account_id, o.symbol, p_side, p_quantity, p_price, p_commission, p_executed_at, o.strategy,
      p_execution_id, after.realized, p_settlement_date, coalesce(o.correlation_id, p_correlation_id), p_kind, p_corrects,
      p.trade_count + 1, after.new_quantity, after.new_cost, after.new_avg_price, p.realized_pnl + after.realized)
    RETURNING * INTO trade;
  UPDATE execution.positions AS t
     SET quantity = after.new_quantity, cost_basis = after.new_cost, avg_price = after.new_avg_price,
         realized_pnl = t.realized_pnl + after.realized, trade_count = t.trade_count + 1, last_updated = clock_timestamp(),
         mark_source = p.mark_source, marked_at = p.marked_at, mark_price = mark,
         market_value = after.new_quantity * mark, unrealized_pnl = after.new_quantity * mark - after.new_cost
   WHERE t.id = p.id;
  -- Rare: a split lies between this trade and the position before it.
  IF on_date < p.last_ex_date OR on_date >= p.next_ex_date THEN
    PERFORM execution.restate_position(o.account_id, o.symbol, on_date, on_date >= p.next_ex_date, p_correlation_id, NULL);
  END IF;
  -- Computed from all fills: an average of averages would drift.
  SELECT f.quantity, execution.average_price(f.paid, f.quantity) INTO net_filled, net_average
    FROM execution.filled(o.order_id) AS f;
END
$$;

COMMENT ON FUNCTION execution.book_trade IS
  'Books one trade of a position, a fill or a bust: stores it, updates the position and returns the order''s new totals.';

-- prisma/sql/execution/functions/bust_fill.sql

-- Published function: takes a booked fill back, once. It books a correcting trade, corrects the filled quantity of the
-- order and the position, logs and publishes all three, and raises a risk event. Returns
--   busted          the usual case
--   duplicate       nothing was done: the fill was busted before
--   unknown_trade   the fill is not booked; that is raised as a critical risk event
-- Called by: execution, src/sql/fills/bustFill.ts.
-- Locks: the order's row, then the position's.
-- Isolation: READ COMMITTED.
CREATE OR REPLACE FUNCTION execution.bust_fill(
  p_account_id text, p_execution_id text, p_busted_at timestamptz, p_settlement_date date, p_correlation_id text,
  p_causation_id text)
RETURNS text LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off SET enable_bitmapscan = off AS $$
DECLARE
  t execution.trades;
  o execution.orders;
  b record;
  -- The same id for the same bust, however often it is reported.
  key text := left(encode(sha256(convert_to(p_account_id || chr(10) || p_execution_id, 'UTF8')), 'hex'), 40);
BEGIN
  SELECT * INTO t FROM execution.trades AS x
   WHERE x.account_id = p_account_id AND x.execution_id = p_execution_id AND x.kind = 'fill';
  IF NOT FOUND THEN
    PERFORM risk_management.raise_event('unknown-bust-' || key, p_account_id, 'unknown_bust', 'critical',
      format('the broker took back execution %s, which is not booked', p_execution_id),
      jsonb_build_object('executionId', p_execution_id), p_busted_at, p_correlation_id, p_causation_id);
    RETURN 'unknown_trade';
  END IF;
  SELECT * INTO o FROM execution.orders AS x WHERE x.order_id = t.order_id FOR UPDATE;
  PERFORM FROM execution.trades AS x WHERE x.corrects_trade_id = t.trade_id;
  IF FOUND THEN
    RETURN 'duplicate';
  END IF;
  b := execution.book_trade(o, 'bust', t.trade_id,
    'bust-' || left(encode(sha256(convert_to(p_execution_id, 'UTF8')), 'hex'), 40),
    CASE t.side WHEN 'buy' THEN 'sell' ELSE 'buy' END::execution.order_side, t.quantity, t.price, -t.commission,
    p_busted_at, p_settlement_date, p_correlation_id);
  o.filled_quantity := b.net_filled;
  o.avg_fill_price := b.net_average;
  UPDATE execution.orders AS x
     SET filled_quantity = o.filled_quantity, avg_fill_price = o.avg_fill_price,
         busted_quantity = x.busted_quantity + t.quantity WHERE x.id = o.id;
  PERFORM execution.record_step(o, o.status, 'bust',
    jsonb_build_object('tradeId', (b.trade).trade_id, 'corrects', t.trade_id), p_busted_at, p_correlation_id,
    p_causation_id);
  PERFORM execution.publish_trade(b.trade, p_causation_id);
  PERFORM risk_management.raise_event('bust-' || key, p_account_id, 'trade_busted', 'warning',
    format('execution %s was taken back by the broker; a correcting trade is booked', p_execution_id),
    jsonb_build_object('executionId', p_execution_id), p_busted_at, p_correlation_id, p_causation_id);
  RETURN 'busted';
END
$$;

COMMENT ON FUNCTION execution.bust_fill IS
  'Published function: takes a booked fill back with a correcting trade, once; returns what was done.';

-- prisma/sql/execution/functions/cancel_for_split.sql

-- Cancels orders on paper that were decided before the ex-date of a split and still work: their prices and quantities
-- are of the old shares. Of one account, or of all (null) that trade at a series.
-- Called by: restate_position and apply_splits. No role may call it.
-- Locks: the orders' rows by id.
CREATE OR REPLACE FUNCTION execution.cancel_for_split(
  p_symbol text, p_data_source text, p_ex_date date, p_action_id text, p_account_id text, p_correlation_id text, p_causation_id text)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  o execution.orders;
BEGIN
  FOR o IN
    SELECT x.* FROM execution.orders AS x
     WHERE x.symbol = p_symbol AND x.trading_source = p_data_source AND (p_account_id IS NULL OR x.account_id = p_account_id)
       AND x.status IN ('pending', 'submitted', 'partially_filled')
       AND (x.decided_at AT TIME ZONE 'America/New_York')::date < p_ex_date
       AND NOT EXISTS (SELECT FROM execution.broker_accounts AS b WHERE b.account_id = x.account_id)
     ORDER BY x.order_id FOR UPDATE OF x
  LOOP
    PERFORM execution.move_order(o.order_id, o.status, 'cancelled', 'split', 'its prices and quantity are from before ' || p_action_id,
      NULL, jsonb_build_object('actionId', p_action_id), p_ex_date::timestamp AT TIME ZONE 'America/New_York', p_correlation_id,
      p_causation_id);
  END LOOP;
END
$$;

COMMENT ON FUNCTION execution.cancel_for_split IS
  'Cancels orders on paper that were decided before the ex-date of a split and still work.';

-- prisma/sql/execution/functions/cash_of.sql

-- What an account has in cash, on the trade date: deposits and income that was paid, and what its positions brought in.
-- Realised P&L less cost is the money that all trades of a position moved (execution.verify compares the two).
-- Called by: post_transfer and verify, and execution, src/sql/cash/selectBalances.ts.
CREATE OR REPLACE FUNCTION execution.cash_of(p_account_id text) RETURNS numeric LANGUAGE sql STABLE AS $$
  SELECT coalesce((SELECT a.net_deposits + a.other_income - a.receivable FROM execution.cash_accounts AS a WHERE a.account_id = p_account_id), 0)
       + coalesce((SELECT sum(p.realized_pnl - p.cost_basis) FROM execution.positions AS p WHERE p.account_id = p_account_id), 0)
$$;

COMMENT ON FUNCTION execution.cash_of IS 'What an account has in cash, on the trade date.';

-- prisma/sql/execution/functions/chain_entry.sql

-- The position after one entry of a chain, which is a trade or an adjustment; no row where there is none. The trade is
-- looked for first: nearly all entries are trades.
-- Called by: judge_adjustment.
CREATE OR REPLACE FUNCTION execution.chain_entry(p_account_id text, p_symbol text, p_seq bigint)
RETURNS TABLE (position_quantity numeric, position_cost numeric, position_avg_price numeric, position_realized numeric)
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT * FROM (
    SELECT t.position_quantity, t.position_cost, t.position_avg_price, t.position_realized FROM execution.trades AS t
     WHERE t.account_id = p_account_id AND t.symbol = p_symbol AND t.position_seq = p_seq AND t.position_seq > 0
    UNION ALL
    SELECT a.position_quantity, a.position_cost, a.position_avg_price, a.position_realized FROM execution.position_adjustments AS a
     WHERE a.account_id = p_account_id AND a.symbol = p_symbol AND a.position_seq = p_seq) AS e
   LIMIT 1
$$;

COMMENT ON FUNCTION execution.chain_entry IS 'The position after one entry of a chain, a trade or an adjustment.';

-- prisma/sql/execution/functions/check_order_transition.sql

-- Trigger function: rejects a change of status that the life cycle of an order does not have.
-- packages/execution/src/orders/transitions.ts has the same table; a test compares the two.
-- Called by: the trigger check_order_transition of execution.orders.
-- Raises: check_violation with the constraint name valid_transition.
CREATE OR REPLACE FUNCTION execution.check_order_transition() RETURNS trigger LANGUAGE plpgsql AS $$
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

COMMENT ON FUNCTION execution.check_order_transition IS
  'Trigger: rejects a change of status that the life cycle of an order does not have.';

-- prisma/sql/execution/functions/deny_submission.sql

-- Published function: rejects an order that risk allowed before but that is now too old to go to its broker, and raises
-- that as a denial. Returns false, and does nothing, where risk would still let it go or where it is not pending any
-- more. The caller has made sure that the broker does not have the order.
-- Called by: execution, src/sql/broker/submission.ts.
-- Locks: the order's row.
-- Isolation: READ COMMITTED.
CREATE OR REPLACE FUNCTION execution.deny_submission(p_order_id text, p_correlation_id text, p_causation_id text)
RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  o execution.orders;
  r record;
BEGIN
  SELECT * INTO o FROM execution.orders AS x WHERE x.order_id = p_order_id AND x.status = 'pending' FOR UPDATE;
  IF NOT FOUND THEN
    RETURN false;
  END IF;
  r := risk_management.refuse_submission(p_order_id);
  IF r.verdict IS DISTINCT FROM 'denied' THEN
    RETURN false;
  END IF;
  PERFORM execution.move_order(p_order_id, 'pending', 'rejected', 'denied', 'denied: ' || r.reason, NULL,
    jsonb_build_object('limit', 'max_decision_age', 'limitValue', r.limit_value::text, 'observed', r.observed::text),
    clock_timestamp(), p_correlation_id, p_causation_id);
  PERFORM risk_management.raise_denial(o.order_id, o.account_id, o.symbol, o.side::text, o.quantity, o.strategy,
    'max_decision_age', r.limit_value, r.observed, r.reason, o.reference_price, clock_timestamp(), p_correlation_id,
    p_causation_id);
  RETURN true;
END
$$;

COMMENT ON FUNCTION execution.deny_submission IS
  'Published function: rejects a pending order whose decision is too old for its broker; false where it is not.';

-- prisma/sql/execution/functions/dividend_id.sql

-- The id of the next transfer of a dividend in an account: the action, and which of its transfers it is.
-- Called by: settle_dividends, which has the position. No role may call it.
CREATE OR REPLACE FUNCTION execution.dividend_id(p_account_id text, p_action_id text) RETURNS text LANGUAGE sql STABLE AS $$
  SELECT 'd-' || left(encode(sha256(convert_to(p_action_id || chr(10) || count(*), 'UTF8')), 'hex'), 40)
    FROM execution.cash_transfers AS t WHERE t.account_id = p_account_id AND t.action_id = p_action_id
$$;

COMMENT ON FUNCTION execution.dividend_id IS 'The id of the next transfer of a dividend in an account.';

-- prisma/sql/execution/functions/filled.sql

-- Totals of an order's trades, net of busts: the filled quantity, the busted quantity, and the amount paid for what is
-- left. All are 0 where there are no trades.
-- Called by: book_trade, verify, judge_order and judge_trade.
CREATE OR REPLACE FUNCTION execution.filled(p_order_id text) RETURNS TABLE (quantity numeric, busted numeric, paid numeric) LANGUAGE sql STABLE AS $$
  SELECT coalesce(sum(CASE t.kind WHEN 'fill' THEN t.quantity ELSE -t.quantity END), 0),
         coalesce(sum(t.quantity) FILTER (WHERE t.kind = 'bust'), 0),
         coalesce(sum(CASE t.kind WHEN 'fill' THEN t.quantity ELSE -t.quantity END * t.price), 0)
    FROM execution.trades AS t WHERE t.order_id = p_order_id
$$;

COMMENT ON FUNCTION execution.filled IS
  'Totals of an order''s trades, net of busts: quantity, busted quantity and amount paid.';

-- prisma/sql/execution/functions/filled_fits.sql

-- Whether the filled quantity, busted quantity and average price of an order fit its status. A function rather than a
-- plain CHECK: PostgreSQL parses and plans a CHECK again for each statement that writes, and compiles a function once
-- for each session.
-- Called by: the check valid_fill_state of execution.orders.
CREATE OR REPLACE FUNCTION execution.filled_fits(
  p_status execution.order_status, p_quantity numeric, p_filled numeric, p_busted numeric, p_average numeric)
RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
  RETURN p_busted >= 0 AND p_busted < 'NaN'
     AND p_filled BETWEEN 0 AND p_quantity
     AND (p_average IS NULL) = (p_filled = 0) AND coalesce(p_average > 0, true)
     AND CASE p_status WHEN 'filled' THEN p_filled = p_quantity OR p_busted > 0
                       WHEN 'partially_filled' THEN p_filled < p_quantity AND (p_filled > 0 OR p_busted > 0)
                       WHEN 'cancelled' THEN true
                       WHEN 'rejected' THEN true
                       ELSE p_filled = 0 END;
END
$$;

COMMENT ON FUNCTION execution.filled_fits IS
  'Check: whether the filled quantities and the average price of an order fit its status.';

-- prisma/sql/execution/functions/forget_bars.sql

-- Published function: bars of a series were removed. Marks, and the market clock of the series, that were taken from
-- them are set back to the last bar that is left, or to null. Publishes each position that changed and returns their
-- number. A mark goes back in time only here.
-- Called by: execution, src/sql/positions/forgetBars.ts.
-- Locks: the market clock of the series, then the positions by account.
-- Isolation: READ COMMITTED.
CREATE OR REPLACE FUNCTION execution.forget_bars(p_symbol text, p_data_source text, p_from timestamptz, p_to timestamptz, p_correlation_id text)
RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  last_close numeric;
  last_at timestamptz;
  changed bigint;
BEGIN
  SELECT b.close, b."timestamp" INTO last_close, last_at FROM data_ingestion.bars AS b
   WHERE b.symbol = p_symbol AND b.data_source = p_data_source ORDER BY b."timestamp" DESC LIMIT 1;
  DELETE FROM execution.market_clocks AS c
   WHERE c.symbol = p_symbol AND c.data_source = p_data_source AND c.through BETWEEN p_from AND p_to
     AND c.through IS DISTINCT FROM last_at;
  IF FOUND AND last_at IS NOT NULL THEN
    INSERT INTO execution.market_clocks (symbol, data_source, through) VALUES (p_symbol, p_data_source, last_at);
  END IF;
  WITH due AS MATERIALIZED (
    SELECT x.id FROM execution.positions AS x
     WHERE x.symbol = p_symbol AND x.mark_source = p_data_source AND x.marked_at BETWEEN p_from AND p_to
       AND (x.marked_at, x.mark_price) IS DISTINCT FROM (last_at, last_close)
     ORDER BY x.account_id FOR UPDATE OF x),
  marked AS (
    UPDATE execution.positions AS p
       SET mark_price = last_close, marked_at = last_at, marked_close = last_close, last_updated = clock_timestamp(),
           market_value = p.quantity * last_close, unrealized_pnl = p.quantity * last_close - p.cost_basis
      FROM due AS d WHERE p.id = d.id
    RETURNING p AS position)
  INSERT INTO event_bus.outbox (event_id, event_type, version, service, key, correlation_id, data, occurred_at)
  SELECT event_bus.new_event_id(), 'position_updated', event_bus.event_version('position_updated'), 'execution',
         (m.position).account_id || ':' || (m.position).symbol, p_correlation_id, execution.position_payload(m.position, coalesce(last_at, clock_timestamp()), 'mark'),
         coalesce(last_at, clock_timestamp())
    FROM marked AS m;
  GET DIAGNOSTICS changed = ROW_COUNT;
  RETURN changed;
END
$$;

COMMENT ON FUNCTION execution.forget_bars IS
  'Published function: sets marks back that were taken from bars which no longer exist; returns how many positions changed.';

-- prisma/sql/execution/functions/heed_actions.sql

-- Published function: a corporate action of a symbol was announced, corrected or cancelled. Every position in the symbol
-- is restated where the market is past the ex-date, whenever that was, and its dividends are brought up to date. Marks that were kept, because their series was
-- rewritten without a known reason, are released, with the orders of the symbol, and taken from the last bar. Returns how
-- many positions changed. `p_through` is a date up to which splits are applied although no bar has come yet, or null.
-- Called by: execution, src/sql/positions/heedActions.ts.
-- Locks: see restate_position and mark_positions.
-- Isolation: READ COMMITTED.
CREATE OR REPLACE FUNCTION execution.heed_actions(p_symbol text, p_through date, p_correlation_id text, p_causation_id text)
RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off SET enable_bitmapscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
DECLARE
  held record;
  reached date;
  changed bigint := 0;
BEGIN
  PERFORM risk_management.release_symbol(p_symbol);
  FOR held IN
    SELECT p.account_id, p.mark_source, p.marked_at, p.mark_kept, c.through, b.account_id IS NOT NULL AS at_broker,
           (SELECT max(t.executed_at) FROM execution.trades AS t WHERE t.account_id = p.account_id AND t.symbol = p.symbol) AS traded_at
      FROM execution.positions AS p
      LEFT JOIN execution.market_clocks AS c ON c.symbol = p.symbol AND c.data_source = p.mark_source
      LEFT JOIN execution.broker_accounts AS b ON b.account_id = p.account_id
     WHERE p.symbol = p_symbol ORDER BY p.account_id
  LOOP
    reached := greatest(p_through, (greatest(held.traded_at, held.through) AT TIME ZONE 'America/New_York')::date,
      CASE WHEN held.at_broker THEN (clock_timestamp() AT TIME ZONE 'America/New_York')::date END);
    IF execution.restate_position(held.account_id, p_symbol, reached, false, p_correlation_id, p_causation_id) THEN
      changed := changed + 1;
    END IF;
    PERFORM execution.settle_dividends(held.account_id, p_symbol, reached, p_correlation_id, p_causation_id);
    UPDATE execution.positions AS p SET mark_kept = false, marked_close = NULL
     WHERE p.account_id = held.account_id AND p.symbol = p_symbol AND p.mark_kept;
    IF held.through >= held.marked_at THEN
      PERFORM execution.mark_positions(jsonb_build_array(jsonb_build_object('symbol', p_symbol, 'dataSource', held.mark_source,
        'from', held.marked_at, 'to', held.through, 'updated', 0, 'correlationId', p_correlation_id, 'causationId', p_causation_id)));
    END IF;
  END LOOP;
  RETURN changed;
END
$$;

COMMENT ON FUNCTION execution.heed_actions IS
  'Published function: applies what became known of a symbol''s corporate actions to its positions; returns how many changed.';

-- prisma/sql/execution/functions/judge_adjustment.sql

-- Constraint trigger function: the position after an adjustment must be what replaying the trades and splits up to it
-- gives, and it must follow on the entry before it. Deferred: it checks what the transaction leaves behind.
-- Called by: the trigger adjustment_follows_its_chain of execution.position_adjustments.
-- Raises: check_violation with the constraint name adjustment_follows_its_chain.
CREATE OR REPLACE FUNCTION execution.judge_adjustment() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan SET enable_seqscan = off SET enable_bitmapscan = off AS $$
DECLARE
  derived record;
  before record;
BEGIN
  derived := execution.replay_position(NEW.account_id, NEW.symbol, NEW.position_seq, NULL, NULL);
  SELECT e.position_realized INTO before FROM execution.chain_entry(NEW.account_id, NEW.symbol, NEW.position_seq - 1) AS e;
  IF NOT FOUND OR (NEW.position_quantity, NEW.position_cost, NEW.position_avg_price, NEW.position_realized, NEW.position_cash, NEW.realized_pnl)
     IS DISTINCT FROM (derived.quantity, derived.cost, derived.avg_price, derived.realized, derived.cash, derived.realized - before.position_realized) THEN
    RAISE EXCEPTION 'split % (number % of % in account %) does not leave what replaying its trades and splits gives', NEW.action_id,
      NEW.position_seq, NEW.symbol, NEW.account_id
      USING ERRCODE = 'check_violation', SCHEMA = 'execution', TABLE = 'position_adjustments', CONSTRAINT = 'adjustment_follows_its_chain';
  END IF;
  RETURN NULL;
END
$$;

COMMENT ON FUNCTION execution.judge_adjustment IS
  'Constraint trigger: a split must leave what replaying the trades and splits up to it gives.';

-- prisma/sql/execution/functions/judge_cash.sql

-- Constraint trigger function: an account's sums must equal its transfers. Deferred: it checks what the transaction leaves
-- behind, before the commit. Trades need no such check: what a trade moves balances by the rule that judge_trade checks.
-- Called by: the triggers account_equals_its_transfers of execution.cash_accounts and execution.cash_transfers.
-- Raises: check_violation with the constraint name account_equals_its_transfers.
CREATE OR REPLACE FUNCTION execution.judge_cash() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  kept record;
  derived record;
BEGIN
  SELECT a.net_deposits, a.other_income, a.receivable INTO kept FROM execution.cash_accounts AS a WHERE a.account_id = NEW.account_id;
  SELECT * INTO derived FROM execution.transfer_totals(NEW.account_id);
  IF kept IS DISTINCT FROM derived THEN
    RAISE EXCEPTION 'account % keeps deposits %, income %, receivable %; its transfers say %, %, %', NEW.account_id,
      kept.net_deposits, kept.other_income, kept.receivable, derived.net_deposits, derived.other_income, derived.receivable
      USING ERRCODE = 'check_violation', SCHEMA = 'execution', TABLE = 'cash_accounts', CONSTRAINT = 'account_equals_its_transfers';
  END IF;
  RETURN NULL;
END
$$;

COMMENT ON FUNCTION execution.judge_cash IS 'Constraint trigger: an account''s sums must equal its transfers.';

-- prisma/sql/execution/functions/judge_order.sql

-- Constraint trigger function: the filled quantity, busted quantity and average price of an order must equal the totals
-- of its trades. Deferred: it checks what the transaction leaves behind, before the commit.
-- Called by: the triggers order_equals_its_trades and new_order_equals_its_trades of execution.orders.
-- Raises: check_violation with the constraint name order_equals_its_trades.
CREATE OR REPLACE FUNCTION execution.judge_order() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan SET enable_seqscan = off SET enable_bitmapscan = off AS $$
DECLARE
  derived record;
  last record;
BEGIN
  SELECT f.quantity, f.busted, execution.average_price(f.paid, f.quantity) AS average INTO derived FROM execution.filled(NEW.order_id) AS f;
  IF (NEW.filled_quantity, NEW.busted_quantity, NEW.avg_fill_price) IS NOT DISTINCT FROM (derived.quantity, derived.busted, derived.average) THEN
    RETURN NULL;
  END IF;
  SELECT o.filled_quantity, o.busted_quantity, o.avg_fill_price INTO last FROM execution.orders AS o WHERE o.order_id = NEW.order_id;
  IF FOUND AND last IS DISTINCT FROM derived THEN
    RAISE EXCEPTION 'order % says filled %, busted %, average %; its trades say %, %, %', NEW.order_id,
      last.filled_quantity, last.busted_quantity, last.avg_fill_price, derived.quantity, derived.busted, derived.average
      USING ERRCODE = 'check_violation', SCHEMA = 'execution', TABLE = 'orders', CONSTRAINT = 'order_equals_its_trades';
  END IF;
  RETURN NULL;
END
$$;

COMMENT ON FUNCTION execution.judge_order IS
  'Constraint trigger: an order''s filled quantities and average price must equal the totals of its trades.';

-- prisma/sql/execution/functions/judge_position.sql

-- Constraint trigger function: a position must equal what its last trade left, and be flat where it has no trades.
-- Deferred: it checks what the transaction leaves behind, before the commit.
-- Called by: the trigger position_equals_its_trades of execution.positions.
-- Raises: check_violation with the constraint name position_equals_its_trades.
CREATE OR REPLACE FUNCTION execution.judge_position() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan SET enable_seqscan = off SET enable_bitmapscan = off AS $$
DECLARE
  derived record;
  last record;
BEGIN
  SELECT t.position_seq, t.position_quantity, t.position_cost, t.position_avg_price, t.position_realized INTO derived
    FROM execution.trades AS t WHERE t.account_id = NEW.account_id AND t.symbol = NEW.symbol AND t.position_seq > 0
   ORDER BY t.position_seq DESC LIMIT 1;
  -- A split may be the last entry of the chain.
  IF NEW.trade_count > coalesce(derived.position_seq, 0) THEN
    SELECT a.position_seq, a.position_quantity, a.position_cost, a.position_avg_price, a.position_realized INTO derived
      FROM execution.position_adjustments AS a WHERE a.account_id = NEW.account_id AND a.symbol = NEW.symbol
       AND a.position_seq > coalesce(derived.position_seq, 0)
     ORDER BY a.position_seq DESC LIMIT 1;
  END IF;
  IF derived.position_seq IS NULL THEN
    SELECT 0::bigint AS position_seq, 0.0 AS position_quantity, 0.0 AS position_cost, 0.0 AS position_avg_price, 0.0 AS position_realized INTO derived;
  END IF;
  IF (NEW.trade_count, NEW.quantity, NEW.cost_basis, NEW.avg_price, NEW.realized_pnl) IS NOT DISTINCT FROM
     (derived.position_seq, derived.position_quantity, derived.position_cost, derived.position_avg_price, derived.position_realized) THEN
    RETURN NULL;
  END IF;
  SELECT p.trade_count, p.quantity, p.cost_basis, p.avg_price, p.realized_pnl INTO last
    FROM execution.positions AS p WHERE p.account_id = NEW.account_id AND p.symbol = NEW.symbol;
  IF FOUND AND last IS DISTINCT FROM derived THEN
    RAISE EXCEPTION 'position % of account % is % at % after % trades; its trades leave % at % after %', NEW.symbol, NEW.account_id,
      last.quantity, last.cost_basis, last.trade_count, derived.position_quantity, derived.position_cost, derived.position_seq
      USING ERRCODE = 'check_violation', SCHEMA = 'execution', TABLE = 'positions', CONSTRAINT = 'position_equals_its_trades';
  END IF;
  RETURN NULL;
END
$$;

COMMENT ON FUNCTION execution.judge_position IS 'Constraint trigger: a position must equal what its last trade left.';

-- prisma/sql/execution/functions/judge_trade.sql

-- Constraint trigger function: a trade must have the account, symbol and side of its order, the position after it must
-- follow from the trade before it, and the order must equal the totals of its trades. Deferred: it checks what the
-- transaction leaves behind, before the commit.
-- Called by: the trigger trade_follows_its_chain of execution.trades.
-- Raises: check_violation with the constraint name trade_fits_its_order, trade_follows_its_chain or
-- order_equals_its_trades.
CREATE OR REPLACE FUNCTION execution.judge_trade() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off SET enable_bitmapscan = off AS $$
DECLARE
  found record;
  after record;
  split record;
BEGIN
  SELECT o.account_id, o.symbol, o.side, o.filled_quantity, o.busted_quantity, o.avg_fill_price,
         f.quantity, f.busted, execution.average_price(f.paid, f.quantity) AS average, p.trade_count, before.trade_id AS previous,
         coalesce(before.position_quantity, 0) AS quantity_before, coalesce(before.position_cost, 0) AS cost_before,
         coalesce(before.position_avg_price, 0) AS average_before, coalesce(before.position_realized, 0) AS realized_before
    INTO found
    FROM execution.orders AS o
    LEFT JOIN execution.trades AS before ON before.account_id = NEW.account_id AND before.symbol = NEW.symbol
                                        AND before.position_seq = NEW.position_seq - 1 AND before.position_seq > 0
    LEFT JOIN execution.positions AS p ON p.account_id = NEW.account_id AND p.symbol = NEW.symbol
   CROSS JOIN LATERAL execution.filled(o.order_id) AS f
   WHERE o.order_id = NEW.order_id;
  IF (NEW.account_id, NEW.symbol, NEW.side = found.side) IS DISTINCT FROM (found.account_id, found.symbol, NEW.kind = 'fill') THEN
    RAISE EXCEPTION 'trade % is % % in account %, its order % is % % in account %', NEW.trade_id, NEW.side, NEW.symbol, NEW.account_id,
      NEW.order_id, found.side, found.symbol, found.account_id
      USING ERRCODE = 'check_violation', SCHEMA = 'execution', TABLE = 'trades', CONSTRAINT = 'trade_fits_its_order';
  END IF;
  IF found.previous IS NULL AND NEW.position_seq > 1 THEN
    SELECT a.* INTO split FROM execution.position_adjustments AS a
     WHERE a.account_id = NEW.account_id AND a.symbol = NEW.symbol AND a.position_seq = NEW.position_seq - 1;
    IF split.action_id IS NOT NULL THEN
      found.previous := split.action_id;
      found.quantity_before := split.position_quantity;
      found.cost_before := split.position_cost;
      found.average_before := split.position_avg_price;
      found.realized_before := split.position_realized;
    END IF;
  END IF;
  after := execution.apply_fill(found.quantity_before, found.cost_before, found.average_before,
    CASE NEW.side WHEN 'buy' THEN NEW.quantity ELSE -NEW.quantity END, NEW.price, NEW.commission);
  IF NEW.position_seq < 1 OR (NEW.position_seq > 1 AND found.previous IS NULL) OR found.trade_count IS NULL OR found.trade_count < NEW.position_seq
     OR (NEW.position_quantity, NEW.position_cost, NEW.position_avg_price, NEW.realized_pnl, NEW.position_realized) IS DISTINCT FROM
        (after.new_quantity, after.new_cost, after.new_avg_price, after.realized, found.realized_before + after.realized) THEN
    RAISE EXCEPTION 'trade % (number % of % % in account %) does not follow from the one before it', NEW.trade_id, NEW.position_seq,
      coalesce(found.trade_count, 0), NEW.symbol, NEW.account_id
      USING ERRCODE = 'check_violation', SCHEMA = 'execution', TABLE = 'trades', CONSTRAINT = 'trade_follows_its_chain';
  END IF;
  IF (found.filled_quantity, found.busted_quantity, found.avg_fill_price) IS DISTINCT FROM (found.quantity, found.busted, found.average) THEN
    RAISE EXCEPTION 'order % says filled %, busted %, average %; its trades, % among them, say %, %, %', NEW.order_id, found.filled_quantity,
      found.busted_quantity, found.avg_fill_price, NEW.trade_id, found.quantity, found.busted, found.average
      USING ERRCODE = 'check_violation', SCHEMA = 'execution', TABLE = 'orders', CONSTRAINT = 'order_equals_its_trades';
  END IF;
  RETURN NULL;
END
$$;

COMMENT ON FUNCTION execution.judge_trade IS
  'Constraint trigger: a trade must fit its order and follow from the trade before it.';

-- prisma/sql/execution/functions/ledger.sql

-- The ledger of an account in double entry: the postings of each trade, split and transfer, which sum to zero. A trade is
-- its own posting set: what it paid, the cost of what it bought, the P&L that it realised and its commission balance by the
-- rule that books it, so nothing has to be written twice.
-- Called by: verify, and execution, src/sql/cash/selectLedger.ts.
CREATE OR REPLACE FUNCTION execution.ledger(p_account_id text)
RETURNS TABLE (entry_id text, kind text, symbol text, occurred_at timestamptz, settlement_date date, booked_at timestamptz,
  ledger_account text, amount numeric)
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT t.trade_id, t.kind, t.symbol, t.executed_at, t.settlement_date, t.created_at, l.ledger_account, l.amount
    FROM execution.trades AS t
   CROSS JOIN LATERAL (SELECT CASE t.side WHEN 'buy' THEN t.quantity ELSE -t.quantity END * t.price AS paid) AS x
   CROSS JOIN LATERAL (VALUES ('cash', -x.paid - t.commission), ('securities', t.realized_pnl + x.paid + t.commission),
     ('realized', -t.realized_pnl - t.commission), ('commissions', t.commission)) AS l(ledger_account, amount)
   WHERE t.account_id = p_account_id AND l.amount <> 0
  UNION ALL
  SELECT a.action_id || ' #' || a.position_seq, 'split', a.symbol, a.ex_date::timestamp AT TIME ZONE 'America/New_York', a.ex_date,
         a.created_at, l.ledger_account, l.amount
    FROM (SELECT b.*, b.position_cash - lag(b.position_cash, 1, 0.0) OVER (PARTITION BY b.symbol ORDER BY b.position_seq) AS cash
            FROM execution.position_adjustments AS b WHERE b.account_id = p_account_id) AS a
   CROSS JOIN LATERAL (VALUES ('cash', a.cash), ('securities', a.realized_pnl - a.cash), ('realized', -a.realized_pnl)) AS l(ledger_account, amount)
   WHERE l.amount <> 0
  UNION ALL
  SELECT c.transfer_id, c.kind, c.symbol, c.occurred_at, NULL, c.created_at, l.ledger_account, l.amount
    FROM execution.cash_transfers AS c
   CROSS JOIN LATERAL (VALUES (c.debit, c.amount), (c.credit, -c.amount)) AS l(ledger_account, amount)
   WHERE c.account_id = p_account_id
$$;

COMMENT ON FUNCTION execution.ledger IS
  'The ledger of an account in double entry: postings of trades, splits and transfers; the amounts of one entry sum to zero.';

-- prisma/sql/execution/functions/lock_order.sql

-- Published function: an order, locked until the transaction ends; no row where there is none. SECURITY DEFINER: the
-- role may read orders but not change them, so it can't lock them itself.
-- Called by: execution, src/sql/orders/readOrder.ts.
-- Locks: the order's row.
CREATE OR REPLACE FUNCTION execution.lock_order(p_order_id text)
RETURNS SETOF execution.orders LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT * FROM execution.orders AS o WHERE o.order_id = p_order_id FOR UPDATE
$$;

COMMENT ON FUNCTION execution.lock_order IS
  'Published function: an order, locked until the transaction ends; no row where there is none.';

-- prisma/sql/execution/functions/lock_working_orders.sql

-- Published function: the orders that the paper broker works in some markets, locked until the transaction ends. Each
-- element of `p_markets`: symbol, dataSource.
-- Called by: execution, src/sql/matching/matchRows.ts.
-- Locks: the orders' rows by id, as book_reports locks them, so that matching a bar and booking a batch of reports
-- can't deadlock.
CREATE OR REPLACE FUNCTION execution.lock_working_orders(p_markets jsonb)
RETURNS SETOF execution.orders LANGUAGE sql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off SET enable_bitmapscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
  SELECT o.*
    FROM jsonb_to_recordset(p_markets) AS m(symbol text, "dataSource" text)
    JOIN execution.orders AS o ON o.symbol = m.symbol AND o.trading_source = m."dataSource"
     -- The list of statuses is that of the partial index, word for word: otherwise the planner can't use that index.
     AND o.status IN ('pending', 'submitted', 'partially_filled') AND o.status <> 'pending'
   WHERE NOT EXISTS (SELECT FROM execution.broker_accounts AS b WHERE b.account_id = o.account_id)
   ORDER BY o.order_id
     FOR UPDATE OF o
$$;

COMMENT ON FUNCTION execution.lock_working_orders IS
  'Published function: the orders that the paper broker works in some markets, locked until the transaction ends.';

-- prisma/sql/execution/functions/log_over_fill.sql

-- Logs that a fill beyond the quantity of an order was not booked, once for each execution.
-- Called by: book_fill.
CREATE OR REPLACE FUNCTION execution.log_over_fill(
  o execution.orders, p_execution_id text, p_quantity numeric, p_price numeric, p_correlation_id text)
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO execution.execution_logs (order_id, from_status, to_status, event, details, correlation_id)
    SELECT o.order_id, o.status, o.status, 'over_fill_refused',
           jsonb_build_object('executionId', p_execution_id, 'quantity', p_quantity::text, 'price', p_price::text),
           p_correlation_id
     WHERE NOT EXISTS (SELECT FROM execution.execution_logs AS l WHERE l.order_id = o.order_id
                          AND l.event = 'over_fill_refused' AND l.details ->> 'executionId' = p_execution_id);
END
$$;

COMMENT ON FUNCTION execution.log_over_fill IS
  'Logs that a fill beyond the quantity of an order was not booked, once for each execution.';

-- prisma/sql/execution/functions/mark_positions.sql

-- Published function: marks every position, flat ones too, at the last close of ranges of bars, publishes those that
-- changed and returns their number. Only one series marks a position: its mark_source. A mark never goes back in time,
-- and an unchanged one is not written again. The market clock of each series is moved too, whether there is a position
-- or not: a later order reads there how far the market is.
-- A mark is kept where the bars of its series were rewritten by one ratio: the quantity is of the old shares, and the
-- bars are of new ones. Where no known split explains the ratio, that is raised as a critical risk event and all orders in
-- the symbol are stopped, until heed_actions releases both.
-- Each element of `p_ranges`: symbol, dataSource, from, to, updated (how many bars were rewritten), correlationId,
-- causationId.
-- Called by: execution, src/sql/matching/matchRows.ts.
-- Locks: the market clocks of the series, and the positions by account and symbol, as book_reports locks them.
-- Isolation: READ COMMITTED.
CREATE OR REPLACE FUNCTION execution.mark_positions(p_ranges jsonb)
RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off SET enable_bitmapscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
DECLARE
  changed bigint;
  rewritten record;
BEGIN
  FOR rewritten IN
    SELECT x.id, x.account_id, x.symbol, x.mark_source, x.marked_at, x.mark_price, b.close, r."correlationId", r."causationId",
           data_ingestion.common_ratio(x.symbol, x.mark_source, x.marked_at) AS ratio
      FROM jsonb_to_recordset(p_ranges) AS r(symbol text, "dataSource" text, "from" timestamptz, "to" timestamptz, updated bigint,
             "correlationId" text, "causationId" text)
      JOIN execution.positions AS x ON x.symbol = r.symbol AND x.mark_source = r."dataSource"
       AND x.marked_at >= r."from" AND x.marked_at <= r."to" AND x.quantity <> 0 AND NOT x.mark_kept
      JOIN data_ingestion.bars AS b ON b.symbol = x.symbol AND b.data_source = x.mark_source AND b."timestamp" = x.marked_at
       AND b.close <> x.marked_close
     WHERE r.updated > 0
  LOOP
    CONTINUE WHEN rewritten.ratio IS NULL;
    UPDATE execution.positions AS p SET mark_kept = true WHERE p.id = rewritten.id;
    CONTINUE WHEN data_ingestion.unexplained_ratio(rewritten.symbol, rewritten.mark_source, rewritten.marked_at) IS NULL;
    PERFORM risk_management.halt_symbol(rewritten.symbol,
      format('%s of %s was rewritten by %s, and no split explains it', rewritten.mark_source, rewritten.symbol, round(rewritten.ratio, 6)));
    PERFORM risk_management.raise_event(
      'rewritten-' || left(encode(sha256(convert_to(concat_ws(chr(10), rewritten.account_id, rewritten.symbol, rewritten.mark_source,
        rewritten.marked_at::text, rewritten.close::text), 'UTF8')), 'hex'), 40),
      rewritten.account_id, 'series_rewritten', 'critical',
      format('the bars of %s in %s were rewritten by the ratio %s, and no known split explains it: the mark of %s stays at %s, and orders in %s '
        'are stopped until "trading actions add" or "trading actions cancel" says what it was', rewritten.symbol, rewritten.mark_source,
        round(rewritten.ratio, 6), rewritten.account_id, rewritten.mark_price, rewritten.symbol),
      jsonb_build_object('symbol', rewritten.symbol, 'dataSource', rewritten.mark_source, 'ratio', round(rewritten.ratio, 8)::text,
        'markPrice', rewritten.mark_price::text, 'close', rewritten.close::text),
      rewritten.marked_at, rewritten."correlationId", rewritten."causationId");
  END LOOP;
  WITH last AS MATERIALIZED (
    SELECT DISTINCT ON (r.symbol, r."dataSource")
           r.symbol, r."dataSource" AS series, b.close, b.at, r."correlationId", r."causationId"
      FROM jsonb_to_recordset(p_ranges) AS r(symbol text, "dataSource" text, "from" timestamptz, "to" timestamptz,
             "correlationId" text, "causationId" text)
     CROSS JOIN LATERAL (
       SELECT x.close, x."timestamp" AS at FROM data_ingestion.bars AS x
        WHERE x.symbol = r.symbol AND x.data_source = r."dataSource" AND x."timestamp" >= r."from" AND x."timestamp" <= r."to"
        ORDER BY x."timestamp" DESC LIMIT 1) AS b
     ORDER BY r.symbol, r."dataSource", b.at DESC),
  ticked AS (
    INSERT INTO execution.market_clocks AS c (symbol, data_source, through) SELECT l.symbol, l.series, l.at FROM last AS l
    ON CONFLICT (symbol, data_source) DO UPDATE SET through = excluded.through WHERE c.through < excluded.through),
  due AS MATERIALIZED (
    SELECT x.id, l.close, l.at, l."correlationId", l."causationId"
      FROM last AS l JOIN execution.positions AS x ON x.symbol = l.symbol AND x.mark_source = l.series
     WHERE NOT x.mark_kept AND (x.marked_at IS NULL OR x.marked_at < l.at OR (x.marked_at = l.at AND x.mark_price <> l.close))
     ORDER BY x.account_id, x.symbol FOR UPDATE OF x),
  marked AS (
    UPDATE execution.positions AS p
       SET mark_price = d.close, marked_at = d.at, marked_close = d.close, last_updated = clock_timestamp(),
           market_value = p.quantity * d.close, unrealized_pnl = p.quantity * d.close - p.cost_basis
      FROM due AS d WHERE p.id = d.id
    RETURNING p AS position, d."correlationId", d."causationId")
  INSERT INTO event_bus.outbox (event_id, event_type, version, service, key, correlation_id, causation_id, data, occurred_at)
  SELECT event_bus.new_event_id(), 'position_updated', event_bus.event_version('position_updated'), 'execution', (m.position).account_id || ':' || (m.position).symbol,
         m."correlationId", m."causationId", execution.position_payload(m.position, (m.position).marked_at, 'mark'),
         (m.position).marked_at
    FROM marked AS m;
  GET DIAGNOSTICS changed = ROW_COUNT;
  RETURN changed;
END
$$;

COMMENT ON FUNCTION execution.mark_positions IS
  'Published function: marks positions at the last close of each range of bars; returns how many changed.';

-- prisma/sql/execution/functions/move_order.sql

-- Moves an order from one status to another, logs and publishes it. Returns `moved`, or `elsewhere` where the order has
-- another status than `p_from`; then nothing is changed. An order that moves to rejected no longer replaces another
-- one.
-- Called by: book_reports and deny_submission. No role may call it.
-- Locks: the order's row.
-- Raises: check_violation, from the trigger check_order_transition, where no order may make that move.
CREATE OR REPLACE FUNCTION execution.move_order(
  p_order_id text, p_from execution.order_status, p_to execution.order_status, p_event text, p_reason text,
  p_broker_order_id text, p_details jsonb, p_occurred_at timestamptz, p_correlation_id text, p_causation_id text)
RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  o execution.orders;
BEGIN
  UPDATE execution.orders AS x
     SET status = p_to, reason = coalesce(p_reason, x.reason), broker_order_id = coalesce(p_broker_order_id, x.broker_order_id),
         replaces_order_id = CASE p_to WHEN 'rejected' THEN NULL ELSE x.replaces_order_id END
   WHERE x.order_id = p_order_id AND x.status = p_from
  RETURNING * INTO o;
  IF NOT FOUND THEN
    RETURN 'elsewhere';
  END IF;
  PERFORM execution.record_step(o, p_from, p_event, p_details, p_occurred_at, p_correlation_id, p_causation_id);
  RETURN 'moved';
END
$$;

COMMENT ON FUNCTION execution.move_order IS
  'Moves an order from one status to another, logs and publishes it; returns moved, or elsewhere where it has another status.';

-- prisma/sql/execution/functions/order_payload.sql

-- The data of the event `order_updated`. This is the only place where it is written. Every value is text, so it is
-- built from an array of text: that takes half the time of jsonb_build_object, which looks up the type of each value.
-- Called by: record_step. Inlined.
CREATE OR REPLACE FUNCTION execution.order_payload(o execution.orders, p_previous execution.order_status)
RETURNS jsonb LANGUAGE sql STABLE AS $$
  SELECT jsonb_object(ARRAY[
    'orderId', o.order_id, 'accountId', o.account_id, 'symbol', o.symbol, 'side', o.side::text,
    'orderType', o.order_type::text, 'timeInForce', o.time_in_force::text, 'quantity', trim_scale(o.quantity)::text,
    'price', trim_scale(o.price)::text, 'stopPrice', trim_scale(o.stop_price)::text,
    'previousStatus', p_previous::text, 'status', o.status::text, 'filledQuantity', trim_scale(o.filled_quantity)::text,
    'avgFillPrice', trim_scale(o.avg_fill_price)::text, 'strategyId', o.strategy, 'reason', o.reason])
$$;

COMMENT ON FUNCTION execution.order_payload IS 'The data of the event order_updated for an order.';

-- prisma/sql/execution/functions/place_order.sql

-- Places one order: risk decides, then the order is stored, logged and published. place_orders calls it for each order,
-- for one as for many. Where the id exists already, the stored order is returned unchanged.
-- `p_on_paper` means that a paper broker works the account: an allowed order is submitted at once, or rejected where
-- that broker refuses it (`p_refusal`). It is stored once, as submitted; the log and the events show both steps. An
-- order of an account at a remote broker (execution.broker_accounts) stays pending until the broker session submits it,
-- whatever `p_on_paper` is. The statements are small and touch one row each, and are planned once for each session
-- (docs/decisions/0013-small-statements.md).
-- Called by: place_orders. No role may call it.
-- Locks: see risk_management.reserve_order.
-- Isolation: READ COMMITTED.
-- Raises: what reserve_order raises, and the constraints of execution.orders.
CREATE OR REPLACE FUNCTION execution.place_order(
  p_order_id text, p_account_id text, p_symbol text, p_side execution.order_side, p_order_type execution.order_type,
  p_time_in_force execution.time_in_force, p_quantity numeric, p_price numeric, p_stop_price numeric, p_strategy_id text,
  p_signal_id text, p_replaces_order_id text, p_decided_at timestamptz, p_trading_source text,
  p_session_open timestamptz, p_session_close timestamptz, p_on_paper boolean, p_refusal text,
  p_correlation_id text, p_causation_id text)
RETURNS execution.orders LANGUAGE plpgsql AS $$
DECLARE
  o execution.orders;
  d record;
  at_broker boolean;
BEGIN
  PERFORM FROM execution.broker_accounts AS b WHERE b.account_id = p_account_id;
  at_broker := FOUND OR p_on_paper IS NOT TRUE;
  d := risk_management.reserve_order(p_order_id, p_account_id, p_symbol, p_side::text, p_order_type::text, p_quantity,
    p_price, p_stop_price, p_strategy_id, p_decided_at, p_trading_source, p_correlation_id, p_causation_id, p_session_open,
    p_session_close, at_broker);
  IF d.decision = 'known' THEN
    SELECT * INTO o FROM execution.orders AS x WHERE x.order_id = p_order_id;
    RETURN o;
  END IF;
  INSERT INTO execution.orders (order_id, account_id, symbol, side, order_type, time_in_force, quantity, price, stop_price,
      strategy, signal_id, decided_at, status, reason, reference_price, correlation_id, replaces_order_id, trading_source)
    VALUES (p_order_id, p_account_id, p_symbol, p_side, p_order_type, p_time_in_force, p_quantity, p_price, p_stop_price,
      p_strategy_id, p_signal_id, p_decided_at,
      CASE WHEN d.decision = 'denied' OR (p_refusal IS NOT NULL AND NOT at_broker) THEN 'rejected'
           WHEN at_broker THEN 'pending' ELSE 'submitted' END::execution.order_status,
      CASE WHEN d.decision = 'denied' THEN 'denied: ' || d.reason
           WHEN NOT at_broker THEN 'rejected: ' || p_refusal END,
      d.reference_price, p_correlation_id,
      -- A denied order replaces none.
      CASE d.decision WHEN 'allowed' THEN p_replaces_order_id END, p_trading_source)
    RETURNING * INTO o;
  IF d.decision = 'denied' THEN
    PERFORM execution.record_step(o, NULL, 'denied', jsonb_build_object('limit', d.limit_type,
      'limitValue', d.limit_value::text, 'observed', d.observed::text), p_decided_at, p_correlation_id, p_causation_id);
    RETURN o;
  END IF;
  PERFORM execution.record_step(execution.as_created(o), NULL, 'created', jsonb_build_object('checks', d.checks),
    p_decided_at, p_correlation_id, p_causation_id);
  IF NOT at_broker THEN
    PERFORM execution.record_step(o, 'pending', o.status::text, NULL, p_decided_at, p_correlation_id, p_causation_id);
  END IF;
  RETURN o;
END
$$;

COMMENT ON FUNCTION execution.place_order IS
  'Places one order: risk decides, then the order is stored, logged and published; returns the order as stored.';

-- prisma/sql/execution/functions/place_orders.sql

-- Published function, and the only way for execution to create an order: places orders, one or many, in the caller's
-- transaction. Risk decides on each with all earlier ones in view. Returns every order as stored, those that existed
-- already too.
-- Each element of `p_orders`: orderId, accountId, symbol, side, orderType, timeInForce, quantity, price, stopPrice,
-- strategyId, signalId, replacesOrderId, decidedAt, tradingSource (default: that of the account), sessionOpen and
-- sessionClose (of the decision's date, where there is a session), onPaper, refusal, correlationId, causationId; see
-- place_order. Numbers are cast to the types of the columns first, so that risk decides on, and events contain, the
-- stored values.
-- Called by: execution, src/sql/orders/placeOrders.ts.
-- Locks: see risk_management.reserve_order. Accounts are taken in the order of their ids, so that two batches can't
-- deadlock.
-- Isolation: READ COMMITTED.
-- Raises: invalid_parameter_value for an order that cannot be checked, and the constraints of execution.orders.
CREATE OR REPLACE FUNCTION execution.place_orders(p_orders jsonb)
RETURNS SETOF execution.orders LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off SET enable_bitmapscan = off AS $$
DECLARE
  a record;
BEGIN
  FOR a IN
    SELECT * FROM ROWS FROM (jsonb_to_recordset(p_orders) AS ("orderId" text, "accountId" text, symbol text,
        side execution.order_side, "orderType" execution.order_type, "timeInForce" execution.time_in_force,
        quantity numeric(15,4), price numeric(15,4), "stopPrice" numeric(15,4), "strategyId" text, "signalId" text,
        "replacesOrderId" text, "decidedAt" timestamptz, "tradingSource" text, "sessionOpen" timestamptz,
        "sessionClose" timestamptz, "onPaper" boolean, refusal text, "correlationId" text, "causationId" text))
      WITH ORDINALITY ORDER BY "accountId", ordinality
  LOOP
    RETURN NEXT execution.place_order(a."orderId", a."accountId", a.symbol, a.side, a."orderType", a."timeInForce",
      a.quantity, a.price, a."stopPrice", a."strategyId", a."signalId", a."replacesOrderId", a."decidedAt",
      coalesce(a."tradingSource", execution.series_of(a."accountId")), a."sessionOpen", a."sessionClose", a."onPaper",
      a.refusal, a."correlationId", a."causationId");
  END LOOP;
END
$$;

COMMENT ON FUNCTION execution.place_orders IS
  'Published function: places orders, one or many, each decided by risk; returns every order as stored.';

-- prisma/sql/execution/functions/post_cash.sql

-- Published function: books money that comes in or goes out of an account by hand: opening, deposit, withdrawal, interest,
-- fee or tax. See post_transfer for what it returns.
-- Called by: execution, src/sql/cash/postCash.ts.
-- Locks: the account's row.
-- Isolation: READ COMMITTED.
-- Raises: invalid_parameter_value for another kind, and for an amount that is not above 0 or has more than 8 decimals.
CREATE OR REPLACE FUNCTION execution.post_cash(
  p_account_id text, p_transfer_id text, p_kind text, p_amount numeric, p_currency text, p_reason text,
  p_occurred_at timestamptz, p_correlation_id text)
RETURNS text LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF (p_kind IN ('opening', 'deposit', 'withdrawal', 'interest', 'fee', 'tax')) IS NOT TRUE THEN
    RAISE EXCEPTION 'kind is %: it must be opening, deposit, withdrawal, interest, fee or tax', p_kind
      USING ERRCODE = 'invalid_parameter_value';
  ELSIF (p_amount > 0 AND p_amount < 1e15 AND scale(trim_scale(p_amount)) <= 8) IS NOT TRUE THEN
    RAISE EXCEPTION 'amount is %: it must be above 0, with at most 8 decimals', p_amount USING ERRCODE = 'invalid_parameter_value';
  END IF;
  RETURN execution.post_transfer(p_account_id, p_transfer_id, p_kind, p_amount,
    coalesce(p_currency, (SELECT a.currency FROM execution.cash_accounts AS a WHERE a.account_id = p_account_id), 'USD'), NULL, NULL, p_reason, p_occurred_at,
    p_correlation_id, NULL);
END
$$;

COMMENT ON FUNCTION execution.post_cash IS
  'Published function: books money that comes in or goes out of an account by hand, once for its id; returns what was done.';

-- prisma/sql/execution/functions/post_transfer.sql

-- Books a movement of money that is no trade, once for its id, and publishes it. Deposits and withdrawals change the
-- capital that risk measures from, in the same transaction. Returns
--   booked         the usual case
--   duplicate      nothing was done: this id is booked already, with the same kind and amount
--   conflicting    nothing was done: this id is booked with other values
--   insufficient   nothing was done: a withdrawal of more than the account has in cash
--   currency       nothing was done: the account has another currency
-- Called by: post_cash and settle_dividends. No role may call it.
-- Locks: the account's row.
-- Isolation: READ COMMITTED.
CREATE OR REPLACE FUNCTION execution.post_transfer(
  p_account_id text, p_transfer_id text, p_kind text, p_amount numeric, p_currency text, p_symbol text, p_action_id text,
  p_reason text, p_occurred_at timestamptz, p_correlation_id text, p_causation_id text)
RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  a execution.cash_accounts;
  known execution.cash_transfers;
  deposits numeric := CASE p_kind WHEN 'opening' THEN p_amount WHEN 'deposit' THEN p_amount WHEN 'withdrawal' THEN -p_amount ELSE 0 END;
BEGIN
  INSERT INTO execution.cash_accounts (account_id, currency) VALUES (p_account_id, p_currency) ON CONFLICT (account_id) DO NOTHING;
  SELECT * INTO a FROM execution.cash_accounts AS x WHERE x.account_id = p_account_id FOR UPDATE;
  SELECT * INTO known FROM execution.cash_transfers AS t WHERE t.account_id = p_account_id AND t.transfer_id = p_transfer_id;
  IF FOUND THEN
    RETURN CASE WHEN (known.kind, known.amount, known.currency) = (p_kind, p_amount, p_currency) THEN 'duplicate' ELSE 'conflicting' END;
  ELSIF a.currency <> p_currency THEN
    RETURN 'currency';
  ELSIF p_kind = 'withdrawal' AND execution.cash_of(p_account_id) < p_amount THEN
    RETURN 'insufficient';
  END IF;
  INSERT INTO execution.cash_transfers (account_id, transfer_id, kind, debit, credit, amount, currency, symbol, action_id, reason,
      occurred_at, correlation_id)
    VALUES (p_account_id, p_transfer_id, p_kind,
      CASE p_kind WHEN 'withdrawal' THEN 'external' WHEN 'fee' THEN 'fees' WHEN 'tax' THEN 'taxes' WHEN 'dividend' THEN 'receivable' ELSE 'cash' END,
      CASE p_kind WHEN 'opening' THEN 'external' WHEN 'deposit' THEN 'external' WHEN 'interest' THEN 'interest'
        WHEN 'dividend' THEN 'dividends' WHEN 'dividend_payment' THEN 'receivable' ELSE 'cash' END,
      p_amount, p_currency, p_symbol, p_action_id, p_reason, p_occurred_at, p_correlation_id);
  UPDATE execution.cash_accounts AS x
     SET net_deposits = x.net_deposits + deposits,
         other_income = x.other_income + CASE p_kind WHEN 'interest' THEN p_amount WHEN 'dividend' THEN p_amount
           WHEN 'fee' THEN -p_amount WHEN 'tax' THEN -p_amount ELSE 0 END,
         receivable = x.receivable + CASE p_kind WHEN 'dividend' THEN p_amount WHEN 'dividend_payment' THEN -p_amount ELSE 0 END
   WHERE x.account_id = p_account_id RETURNING * INTO a;
  IF p_kind IN ('deposit', 'withdrawal') THEN
    PERFORM risk_management.add_capital(p_account_id, deposits);
  END IF;
  INSERT INTO event_bus.outbox (event_id, event_type, version, service, key, correlation_id, causation_id, data, occurred_at)
    VALUES (event_bus.new_event_id(), 'cash_updated', event_bus.event_version('cash_updated'), 'execution', p_account_id,
      p_correlation_id, p_causation_id,
      jsonb_object(ARRAY['accountId', p_account_id, 'transferId', p_transfer_id, 'kind', p_kind, 'amount', p_amount::text,
        'currency', p_currency, 'symbol', p_symbol, 'cash', execution.cash_of(p_account_id)::text, 'netDeposits', a.net_deposits::text,
        'otherIncome', a.other_income::text, 'receivable', a.receivable::text, 'asOf', execution.utc_text(p_occurred_at),
        'reason', p_reason]), p_occurred_at);
  RETURN 'booked';
END
$$;

COMMENT ON FUNCTION execution.post_transfer IS
  'Books a movement of money that is no trade, once for its id, and publishes it; returns what was done.';

-- prisma/sql/execution/functions/prices_fit.sql

-- Whether the limit price and the stop price of an order fit its type: each is above 0 where the type needs it, and
-- null where it does not. A function for the same reason as filled_fits.
-- Called by: the check valid_order_prices of execution.orders.
CREATE OR REPLACE FUNCTION execution.prices_fit(p_type execution.order_type, p_price numeric, p_stop_price numeric)
RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
  RETURN CASE WHEN p_type IN ('limit', 'stop_limit') THEN p_price IS NOT NULL AND p_price > 0 AND p_price < 'NaN' ELSE p_price IS NULL END
     AND CASE WHEN p_type IN ('stop', 'stop_limit') THEN p_stop_price IS NOT NULL AND p_stop_price > 0 AND p_stop_price < 'NaN'
              ELSE p_stop_price IS NULL END;
END
$$;

COMMENT ON FUNCTION execution.prices_fit IS 'Check: whether the limit price and stop price of an order fit its type.';

-- prisma/sql/execution/functions/publish_trade.sql

-- Publishes a booked trade and the position after it. The caller has published the change of the order.
-- Called by: book_fill and bust_fill. No role may call it.
CREATE OR REPLACE FUNCTION execution.publish_trade(t execution.trades, p_causation_id text)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  p execution.positions;
BEGIN
  SELECT * INTO p FROM execution.positions AS x WHERE x.account_id = t.account_id AND x.symbol = t.symbol;
  INSERT INTO event_bus.outbox (event_id, event_type, version, service, key, correlation_id, causation_id, data, occurred_at)
    VALUES
      (event_bus.new_event_id(), 'trade_executed', event_bus.event_version('trade_executed'), 'execution', t.account_id || ':' || t.symbol, t.correlation_id,
       p_causation_id, execution.trade_payload(t), t.executed_at),
      (event_bus.new_event_id(), 'position_updated', event_bus.event_version('position_updated'), 'execution', t.account_id || ':' || t.symbol, t.correlation_id,
       p_causation_id, execution.position_payload(p, t.executed_at, t.kind), t.executed_at);
END
$$;

COMMENT ON FUNCTION execution.publish_trade IS 'Publishes a booked trade and the position after it.';

-- prisma/sql/execution/functions/raise_fill_problem.sql

-- Raises a fill that was not expected as a critical risk event, once for its values: a report of the same execution
-- with other values is another event.
-- Called by: book_fill.
CREATE OR REPLACE FUNCTION execution.raise_fill_problem(
  p_problem text, p_order_id text, p_account_id text, p_execution_id text, p_quantity numeric, p_price numeric,
  p_commission numeric, p_executed_at timestamptz, p_correlation_id text, p_causation_id text)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  quantity text := trim_scale(p_quantity)::text;
  price text := trim_scale(p_price)::text;
BEGIN
  PERFORM risk_management.raise_event(
    'fill-' || left(encode(sha256(convert_to(
      concat_ws(chr(10), p_problem, p_account_id, p_execution_id, p_order_id, quantity, price), 'UTF8')), 'hex'), 40),
    p_account_id,
    CASE p_problem WHEN 'late' THEN 'late_fill' WHEN 'conflicting' THEN 'conflicting_fill' ELSE p_problem END,
    'critical',
    format('fill %s of order %s (%s at %s) %s', p_execution_id, p_order_id, quantity, price, CASE p_problem
      WHEN 'late' THEN 'came after its order was done; it is booked'
      WHEN 'conflicting' THEN 'was reported before with other values; what was booked first stands'
      WHEN 'over_fill' THEN 'would fill its order beyond its quantity; it is not booked'
      ELSE 'is of an order that is not ours; it is not booked' END),
    jsonb_build_object('orderId', p_order_id, 'executionId', p_execution_id, 'quantity', quantity, 'price', price,
      'commission', trim_scale(p_commission)::text, 'executedAt', execution.utc_text(p_executed_at)),
    p_executed_at, p_correlation_id, p_causation_id);
END
$$;

COMMENT ON FUNCTION execution.raise_fill_problem IS
  'Raises a fill that was not expected as a critical risk event, once for its values.';

-- prisma/sql/execution/functions/record_step.sql

-- Logs and publishes one step of an order, its creation or a change of status. Every step of every order goes through
-- here. `o` is the order after the step. The event belongs to the correlation id of the signal that led to the order,
-- whichever bar filled it.
-- Called by: place_order, move_order, book_fill and bust_fill.
CREATE OR REPLACE FUNCTION execution.record_step(
  o execution.orders, p_previous execution.order_status, p_event text, p_details jsonb, p_occurred_at timestamptz,
  p_correlation_id text, p_causation_id text)
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO execution.execution_logs (order_id, from_status, to_status, event, details, correlation_id)
    VALUES (o.order_id, p_previous, o.status, p_event, p_details, p_correlation_id);
  INSERT INTO event_bus.outbox (event_id, event_type, version, service, key, correlation_id, causation_id, data, occurred_at)
    VALUES (event_bus.new_event_id(), 'order_updated', event_bus.event_version('order_updated'), 'execution', o.account_id || ':' || o.symbol,
      coalesce(o.correlation_id, p_correlation_id), p_causation_id, execution.order_payload(o, p_previous), p_occurred_at);
END
$$;

COMMENT ON FUNCTION execution.record_step IS
  'Logs and publishes one step of an order: its creation or a change of status.';

-- prisma/sql/execution/functions/remember_match.sql

-- Published function: stores up to which bar working orders were matched, and when their stop was triggered, so that no
-- order is matched against a bar twice. Each element of `p_matched`: orderId, through, triggeredAt.
-- Called by: execution, src/sql/matching/matchRows.ts.
-- Locks: the orders' rows.
CREATE OR REPLACE FUNCTION execution.remember_match(p_matched jsonb)
RETURNS void LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  UPDATE execution.orders AS o
     SET matched_through = greatest(o.matched_through, m.through), triggered_at = coalesce(o.triggered_at, m."triggeredAt")
    FROM jsonb_to_recordset(p_matched) AS m("orderId" text, through timestamptz, "triggeredAt" timestamptz)
   WHERE o.order_id = m."orderId"
$$;

COMMENT ON FUNCTION execution.remember_match IS
  'Published function: stores up to which bar working orders were matched, and when their stop was triggered.';

-- prisma/sql/execution/functions/replay_position.sql

-- Derives a position from its trades and splits, in the order of the market: a split comes before every fill of its
-- ex-date or later, and after every fill of an earlier date, whenever each was booked. A bust takes its place beside the
-- fill that it takes back. Trades between two splits are in the order in which they were booked.
-- `p_through` is the last number of the chain that counts; `p_next` is an adjustment that is about to be booked, or
-- null. `p_before`, where it is given, leaves out the trades of that date and later: what was held at the open of it.
-- Called by: restate_position, settle_dividends, judge_adjustment and verify.
CREATE OR REPLACE FUNCTION execution.replay_position(
  p_account_id text, p_symbol text, p_through bigint, p_next execution.position_adjustments, p_before date,
  OUT quantity numeric, OUT cost numeric, OUT avg_price numeric, OUT realized numeric, OUT cash numeric)
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  e record;
  after record;
BEGIN
  quantity := 0;
  cost := 0;
  avg_price := 0;
  realized := 0;
  cash := 0;
  FOR e IN
    WITH splits AS MATERIALIZED (
      SELECT DISTINCT ON (x.action_id) x.action_id, x.ex_date, x.numerator, x.denominator, x.whole_shares, x.reference_price
        FROM (SELECT a.* FROM execution.position_adjustments AS a
               WHERE a.account_id = p_account_id AND a.symbol = p_symbol AND a.position_seq <= p_through
              UNION ALL SELECT (p_next).* WHERE (p_next).action_id IS NOT NULL) AS x
       WHERE p_before IS NULL OR x.ex_date <= p_before
       ORDER BY x.action_id, x.position_seq DESC),
    entries AS (
      SELECT (coalesce(busted.executed_at, t.executed_at) AT TIME ZONE 'America/New_York')::date AS on_date, 1 AS place,
             t.position_seq AS number, ''::text AS action_id, CASE t.side WHEN 'buy' THEN t.quantity ELSE -t.quantity END AS fill, t.price,
             t.commission, NULL::numeric AS numerator, NULL::numeric AS denominator, NULL::boolean AS whole_shares,
             NULL::numeric AS reference_price
        FROM execution.trades AS t LEFT JOIN execution.trades AS busted ON busted.trade_id = t.corrects_trade_id
       WHERE t.account_id = p_account_id AND t.symbol = p_symbol AND t.position_seq BETWEEN 1 AND p_through
      UNION ALL
      SELECT s.ex_date, 0, 0, s.action_id, NULL, NULL, NULL, s.numerator, s.denominator, s.whole_shares, s.reference_price FROM splits AS s)
    SELECT x.* FROM entries AS x WHERE p_before IS NULL OR x.place = 0 OR x.on_date < p_before
     ORDER BY (SELECT count(*) FROM splits AS s WHERE s.ex_date <= x.on_date), x.place, x.action_id, x.number
  LOOP
    IF e.fill IS NOT NULL THEN
      after := execution.apply_fill(quantity, cost, avg_price, e.fill, e.price, e.commission);
    ELSE
      CONTINUE WHEN quantity = 0;
      after := execution.apply_split(quantity, cost, e.numerator, e.denominator, e.whole_shares, e.reference_price);
      cash := cash + after.cash;
    END IF;
    quantity := after.new_quantity;
    cost := after.new_cost;
    avg_price := after.new_avg_price;
    realized := realized + after.realized;
  END LOOP;
END
$$;

COMMENT ON FUNCTION execution.replay_position IS
  'Derives a position from its trades and splits in the order of the market, whenever each was booked.';

-- prisma/sql/execution/functions/restate_position.sql

-- Brings one position up to the splits that are known, and publishes it where it changed. Each split that is new,
-- corrected or cancelled becomes an entry of the chain whose position is what replaying all trades and splits in the
-- order of the market gives: heard of in time or late, the result is the same. Nothing is done where nothing changed, so
-- an action is applied once however often this is called.
-- An account at a remote broker holds real shares: every split counts. A position on paper is in the shares of the series
-- that marks it: a split counts where that series changes its shares (data_ingestion.unit_changes).
-- `p_through` is the date that the market has reached; splits with a later ex-date wait. `p_newly_marked` means that the
-- mark is in the new shares already. Returns whether the position changed.
-- Called by: book_trade, apply_splits and heed_actions. No role may call it.
-- Locks: the position's row, then orders that a split cancels.
-- Isolation: READ COMMITTED.
CREATE OR REPLACE FUNCTION execution.restate_position(
  p_account_id text, p_symbol text, p_through date, p_newly_marked boolean, p_correlation_id text, p_causation_id text)
RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
  p execution.positions;
  a record;
  entry execution.position_adjustments;
  derived record;
  at_broker boolean;
  through date;
  marked_on date;
  factor numeric;
  changed boolean := false;
  as_of timestamptz;
BEGIN
  SELECT * INTO p FROM execution.positions AS x WHERE x.account_id = p_account_id AND x.symbol = p_symbol FOR UPDATE;
  IF NOT FOUND THEN
    RETURN false;
  END IF;
  PERFORM FROM execution.broker_accounts AS b WHERE b.account_id = p_account_id;
  at_broker := FOUND;
  marked_on := (p.marked_at AT TIME ZONE 'America/New_York')::date;
  through := greatest(p_through, p.last_ex_date, marked_on);
  FOR a IN
    WITH applied AS (
      SELECT DISTINCT ON (x.action_id) x.action_id, x.action_version, x.ex_date, x.numerator, x.denominator, x.reference_price
        FROM execution.position_adjustments AS x WHERE x.account_id = p_account_id AND x.symbol = p_symbol
       ORDER BY x.action_id, x.position_seq DESC),
    moved AS MATERIALIZED (
      SELECT u.action_id, u.rewritten FROM data_ingestion.unit_changes(p_symbol, p.mark_source, NULL, through) AS u WHERE NOT at_broker)
    SELECT k.action_id, k.version, k.ex_date, coalesce(m.rewritten, false) AS rewritten, x.reference_price,
           CASE k.status WHEN 'active' THEN k.numerator ELSE 1 END AS numerator,
           CASE k.status WHEN 'active' THEN k.denominator ELSE 1 END AS denominator,
           coalesce(x.numerator, 1) AS old_numerator, coalesce(x.denominator, 1) AS old_denominator
      FROM data_ingestion.actions AS k
      LEFT JOIN applied AS x ON x.action_id = k.action_id
      LEFT JOIN moved AS m ON m.action_id = k.action_id
     WHERE k.symbol = p_symbol AND k.type = 'split' AND k.ex_date <= through
       AND (x.action_id IS NOT NULL OR (k.status = 'active' AND (at_broker OR m.action_id IS NOT NULL)))
       AND CASE k.status WHEN 'active' THEN k.numerator ELSE 1 END * coalesce(x.denominator, 1)
           <> CASE k.status WHEN 'active' THEN k.denominator ELSE 1 END * coalesce(x.numerator, 1)
       -- Nothing was held in the old shares: the split changes nothing.
       AND EXISTS (SELECT FROM execution.trades AS t WHERE t.account_id = p_account_id AND t.symbol = p_symbol
                      AND (t.executed_at AT TIME ZONE 'America/New_York')::date < k.ex_date)
     ORDER BY k.ex_date, k.action_id
  LOOP
    entry := NULL;
    entry.account_id := p_account_id;
    entry.symbol := p_symbol;
    entry.position_seq := p.trade_count + 1;
    entry.action_id := a.action_id;
    entry.action_version := a.version;
    entry.ex_date := a.ex_date;
    entry.numerator := a.numerator;
    entry.denominator := a.denominator;
    entry.whole_shares := coalesce((SELECT y.whole_shares FROM execution.account_policies AS y WHERE y.account_id = p_account_id), false);
    -- The last price before the ex-date, in the old shares.
    entry.reference_price := coalesce(a.reference_price,
      CASE WHEN marked_on < a.ex_date AND NOT p_newly_marked THEN p.mark_price END,
      (SELECT round(b.close * CASE WHEN a.rewritten THEN a.numerator / a.denominator ELSE 1 END, 4) FROM data_ingestion.bars AS b
        WHERE b.symbol = p_symbol AND b.data_source = p.mark_source
          AND b."timestamp" < a.ex_date::timestamp AT TIME ZONE 'America/New_York'
        ORDER BY b."timestamp" DESC LIMIT 1));
    p := execution.book_adjustment(p, entry, p_correlation_id);
    IF marked_on < a.ex_date AND NOT p_newly_marked THEN
      p.mark_price := round(p.mark_price * a.denominator * a.old_numerator / (a.numerator * a.old_denominator), 4);
    END IF;
    IF NOT at_broker THEN
      PERFORM execution.cancel_for_split(p_symbol, p.mark_source, a.ex_date, a.action_id, p_account_id, p_correlation_id, p_causation_id);
    END IF;
    changed := true;
  END LOOP;
  -- A fill, or a bust of one, from before a split that is applied: the position is restated by another entry of that split.
  IF NOT changed THEN
    SELECT x.* INTO entry FROM execution.position_adjustments AS x WHERE x.account_id = p_account_id AND x.symbol = p_symbol
     ORDER BY x.position_seq DESC LIMIT 1;
    IF FOUND THEN
      derived := execution.replay_position(p_account_id, p_symbol, p.trade_count, NULL, NULL);
      IF (derived.quantity, derived.cost, derived.avg_price, derived.realized)
         IS DISTINCT FROM (p.quantity, p.cost_basis, p.avg_price, p.realized_pnl) THEN
        entry.position_seq := p.trade_count + 1;
        p := execution.book_adjustment(p, entry, p_correlation_id);
        changed := true;
      END IF;
    END IF;
  END IF;
  UPDATE execution.positions AS x
     SET quantity = p.quantity, cost_basis = p.cost_basis, avg_price = p.avg_price, realized_pnl = p.realized_pnl,
         trade_count = p.trade_count, mark_price = p.mark_price, market_value = p.quantity * p.mark_price,
         unrealized_pnl = p.quantity * p.mark_price - p.cost_basis, last_updated = clock_timestamp(),
         -- The bar of the mark may be rewritten by the split: it can't be compared any more.
         marked_close = CASE WHEN changed THEN NULL ELSE x.marked_close END, mark_kept = x.mark_kept AND NOT changed,
         last_ex_date = (SELECT max(k.ex_date) FROM data_ingestion.actions AS k
                          WHERE k.symbol = p_symbol AND k.type = 'split' AND k.status = 'active' AND k.ex_date <= through),
         next_ex_date = (SELECT min(k.ex_date) FROM data_ingestion.actions AS k
                          WHERE k.symbol = p_symbol AND k.type = 'split' AND k.status = 'active' AND k.ex_date > through)
   WHERE x.id = p.id RETURNING x.* INTO p;
  IF changed THEN
    as_of := greatest(p.last_ex_date::timestamp AT TIME ZONE 'America/New_York', p.marked_at,
      (SELECT max(t.executed_at) FROM execution.trades AS t WHERE t.account_id = p_account_id AND t.symbol = p_symbol));
    INSERT INTO event_bus.outbox (event_id, event_type, version, service, key, correlation_id, causation_id, data, occurred_at)
      VALUES (event_bus.new_event_id(), 'position_updated', event_bus.event_version('position_updated'), 'execution',
        p_account_id || ':' || p_symbol, p_correlation_id, p_causation_id, execution.position_payload(p, as_of, 'split'), as_of);
  END IF;
  RETURN changed;
END
$$;

COMMENT ON FUNCTION execution.restate_position IS
  'Brings one position up to the splits that are known, each applied once; returns whether it changed.';

-- prisma/sql/execution/functions/series_of.sql

-- The series at whose prices an account's orders fill, for orders that no strategy placed: the account's own in
-- execution.account_series, else that of `*`, else `yahoo`.
-- Called by: place_orders, and execution, src/sql/orders/readSizings.ts and src/sql/orders/accountSeries.ts.
CREATE OR REPLACE FUNCTION execution.series_of(p_account_id text) RETURNS text LANGUAGE sql STABLE AS $$
  SELECT coalesce(
    (SELECT s.trading_source::text FROM execution.account_series AS s WHERE s.account_id IN (p_account_id, '*')
      ORDER BY s.account_id = '*' LIMIT 1),
    'yahoo')
$$;

COMMENT ON FUNCTION execution.series_of IS
  'The series at whose prices an account''s orders fill, for orders that no strategy placed.';

-- prisma/sql/execution/functions/settle_dividends.sql

-- Brings the dividends of a position up to date: what was held at the close before the ex-date has a receivable of
-- quantity x amount from the ex-date on (a short position a debt), and it is cash on the later of ex-date and pay date.
-- Without a pay date it stays a receivable. Only differences are booked, so that a dividend is paid once however often
-- this is called, and one that was corrected or cancelled, or a fill that came late, is made good.
-- Amounts are in the shares of the ex-date. On paper, bars that were fetched after a later split are in newer shares, and
-- so is the position: its amount is divided by those splits. A series that has dividends in it (`_adjusted`) earns none.
-- Called by: apply_splits and heed_actions. No role may call it.
-- Locks: the account's row in cash_accounts.
-- Isolation: READ COMMITTED.
CREATE OR REPLACE FUNCTION execution.settle_dividends(
  p_account_id text, p_symbol text, p_through date, p_correlation_id text, p_causation_id text)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  d record;
  p execution.positions;
  at_broker boolean;
  held numeric;
  newer numeric;
  owed numeric;
  accrued numeric;
  paid numeric;
BEGIN
  SELECT * INTO p FROM execution.positions AS x WHERE x.account_id = p_account_id AND x.symbol = p_symbol;
  PERFORM FROM execution.broker_accounts AS b WHERE b.account_id = p_account_id;
  at_broker := FOUND;
  IF p.id IS NULL OR (NOT at_broker AND p.mark_source ~ '_adjusted(_|$)') THEN
    RETURN;
  END IF;
  FOR d IN
    SELECT k.action_id, k.ex_date, coalesce(k.amount, 0) AS amount, coalesce(k.currency, 'USD') AS currency, k.status, greatest(k.ex_date, k.pay_date) AS cash_date, k.pay_date,
           k.ex_date::timestamp AT TIME ZONE 'America/New_York' AS ex_start
      FROM data_ingestion.actions AS k
     WHERE k.symbol = p_symbol AND k.type IN ('cash_dividend', 'special_dividend') AND k.ex_date <= p_through
       AND k.ex_date > (SELECT (min(t.executed_at) AT TIME ZONE 'America/New_York')::date FROM execution.trades AS t
                         WHERE t.account_id = p_account_id AND t.symbol = p_symbol)
     ORDER BY k.ex_date, k.action_id
  LOOP
    held := (execution.replay_position(p_account_id, p_symbol, p.trade_count, NULL, d.ex_date)).quantity;
    newer := 1;
    IF NOT at_broker THEN
      SELECT coalesce(exp(sum(ln(k.numerator / k.denominator))), 1) INTO newer FROM data_ingestion.actions AS k
       WHERE k.symbol = p_symbol AND k.type = 'split' AND k.status = 'active' AND k.ex_date > d.ex_date
         AND k.ex_date <= (SELECT b.created_at::date FROM data_ingestion.market_data AS b
                            WHERE b.symbol = p_symbol AND b.data_source = p.mark_source AND b."timestamp" < d.ex_start
                            ORDER BY b."timestamp" DESC LIMIT 1)
         AND NOT EXISTS (SELECT FROM data_ingestion.unit_changes(p_symbol, p.mark_source, d.ex_date, k.ex_date) AS u
                          WHERE u.action_id = k.action_id);
    END IF;
    owed := CASE WHEN d.status = 'active' THEN round(held * d.amount / round(newer, 10), 8) ELSE 0 END;
    SELECT coalesce(sum(t.amount) FILTER (WHERE t.kind = 'dividend'), 0),
           coalesce(sum(t.amount) FILTER (WHERE t.kind = 'dividend_payment'), 0)
      INTO accrued, paid FROM execution.cash_transfers AS t WHERE t.account_id = p_account_id AND t.action_id = d.action_id;
    IF owed <> accrued THEN
      PERFORM execution.post_transfer(p_account_id, execution.dividend_id(p_account_id, d.action_id), 'dividend', owed - accrued,
        d.currency, p_symbol, d.action_id, NULL, d.ex_start, p_correlation_id, p_causation_id);
    END IF;
    IF owed <> paid AND d.pay_date IS NOT NULL AND d.cash_date <= p_through THEN
      PERFORM execution.post_transfer(p_account_id, execution.dividend_id(p_account_id, d.action_id), 'dividend_payment', owed - paid,
        d.currency, p_symbol, d.action_id, NULL, d.cash_date::timestamp AT TIME ZONE 'America/New_York', p_correlation_id,
        p_causation_id);
    END IF;
  END LOOP;
END
$$;

COMMENT ON FUNCTION execution.settle_dividends IS
  'Brings the dividends of a position up to date: receivable from the ex-date, cash from the pay date on.';

-- prisma/sql/execution/functions/transfer_totals.sql

-- The sums of an account's transfers, as execution.cash_accounts keeps them.
-- Called by: judge_cash and verify.
CREATE OR REPLACE FUNCTION execution.transfer_totals(p_account_id text)
RETURNS TABLE (net_deposits numeric, other_income numeric, receivable numeric) LANGUAGE sql STABLE AS $$
  SELECT coalesce(sum(CASE t.kind WHEN 'withdrawal' THEN -t.amount ELSE t.amount END)
                    FILTER (WHERE t.kind IN ('opening', 'deposit', 'withdrawal')), 0),
         coalesce(sum(CASE WHEN t.kind IN ('fee', 'tax') THEN -t.amount ELSE t.amount END)
                    FILTER (WHERE t.kind IN ('interest', 'fee', 'tax', 'dividend')), 0),
         coalesce(sum(CASE t.kind WHEN 'dividend' THEN t.amount ELSE -t.amount END)
                    FILTER (WHERE t.kind IN ('dividend', 'dividend_payment')), 0)
    FROM execution.cash_transfers AS t WHERE t.account_id = p_account_id
$$;

COMMENT ON FUNCTION execution.transfer_totals IS 'The sums of an account''s transfers, as cash_accounts keeps them.';

-- prisma/sql/execution/functions/utc_text.sql

-- A time as events write it: ISO 8601 in UTC, with milliseconds.
-- Called by: trade_payload, position_payload and raise_fill_problem. Inlined.
CREATE OR REPLACE FUNCTION execution.utc_text(p_at timestamptz) RETURNS text LANGUAGE sql STABLE AS $$
  SELECT to_char(p_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')
$$;

COMMENT ON FUNCTION execution.utc_text IS 'A time as events write it: ISO 8601 in UTC, with milliseconds.';

-- prisma/sql/execution/functions/verify.sql

-- Derives orders, positions and P&L again from the trades and returns every difference; no row where there is none.
-- Each trade of a position is derived from the entry before it, each split by replaying what came before it, orders from
-- their trades. Independent of average cost, it
-- also compares the money: realised P&L less cost basis must equal what was received less what was paid, cash in
-- lieu of fractions included. Null arguments
-- mean all accounts, all symbols.
-- Cash is compared with the ledger where no symbol is asked for.
-- Called by: execution, src/sql/positions/verifyLedger.ts.
CREATE OR REPLACE FUNCTION execution.verify(p_account_id text, p_symbol text)
RETURNS TABLE (what text, account_id text, symbol text, id text, field text, stored text, derived text)
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
  WITH entries AS (
    SELECT t.account_id, t.symbol, t.trade_id::text AS trade_id, t.position_seq, t.side, t.quantity, t.price, t.commission, t.realized_pnl,
           t.position_quantity, t.position_cost, t.position_avg_price, t.position_realized, NULL::numeric AS position_cash
      FROM execution.trades AS t
     WHERE (p_account_id IS NULL OR t.account_id = p_account_id) AND (p_symbol IS NULL OR t.symbol = p_symbol)
    UNION ALL
    SELECT a.account_id, a.symbol, a.action_id, a.position_seq, NULL, NULL, NULL, NULL, a.realized_pnl,
           a.position_quantity, a.position_cost, a.position_avg_price, a.position_realized, a.position_cash
      FROM execution.position_adjustments AS a
     WHERE (p_account_id IS NULL OR a.account_id = p_account_id) AND (p_symbol IS NULL OR a.symbol = p_symbol)),
  chain AS (
    SELECT t.*, lag(t.position_seq, 1, 0::bigint) OVER w AS seq_before, lag(t.position_quantity, 1, 0.0) OVER w AS quantity_before,
           lag(t.position_cost, 1, 0.0) OVER w AS cost_before, lag(t.position_avg_price, 1, 0.0) OVER w AS avg_before,
           lag(t.position_realized, 1, 0.0) OVER w AS realized_before,
           row_number() OVER (PARTITION BY t.account_id, t.symbol ORDER BY t.position_seq DESC) AS from_end
      FROM entries AS t
    WINDOW w AS (PARTITION BY t.account_id, t.symbol ORDER BY t.position_seq)),
  links AS (
    SELECT c.account_id, c.symbol, c.trade_id, f.field, f.stored, f.derived
      FROM chain AS c
     CROSS JOIN LATERAL execution.apply_fill(c.quantity_before, c.cost_before, c.avg_before,
       CASE c.side WHEN 'buy' THEN c.quantity ELSE -c.quantity END, c.price, c.commission) AS a
     CROSS JOIN LATERAL (VALUES
       ('position_seq', c.position_seq::numeric, c.seq_before + 1), ('position_quantity', c.position_quantity, a.new_quantity),
       ('position_cost', c.position_cost, a.new_cost), ('position_avg_price', c.position_avg_price, a.new_avg_price),
       ('realized_pnl', c.realized_pnl, a.realized), ('position_realized', c.position_realized, c.realized_before + a.realized)
     ) AS f(field, stored, derived)
     WHERE c.side IS NOT NULL AND f.stored <> f.derived
    UNION ALL
    SELECT c.account_id, c.symbol, c.trade_id, f.field, f.stored, f.derived
      FROM chain AS c
     CROSS JOIN LATERAL execution.replay_position(c.account_id, c.symbol, c.position_seq, NULL, NULL) AS a
     CROSS JOIN LATERAL (VALUES
       ('position_seq', c.position_seq::numeric, c.seq_before + 1), ('position_quantity', c.position_quantity, a.quantity),
       ('position_cost', c.position_cost, a.cost), ('position_avg_price', c.position_avg_price, a.avg_price),
       ('realized_pnl', c.realized_pnl, a.realized - c.realized_before), ('position_realized', c.position_realized, a.realized),
       ('position_cash', c.position_cash, a.cash)) AS f(field, stored, derived)
     WHERE c.side IS NULL AND f.stored <> f.derived),
  ends AS (SELECT * FROM chain WHERE from_end = 1),
  money AS (
    SELECT t.account_id, t.symbol, coalesce(sum(CASE t.side WHEN 'buy' THEN -t.quantity ELSE t.quantity END * t.price - t.commission), 0)
             + coalesce((array_agg(t.position_cash ORDER BY t.position_seq DESC) FILTER (WHERE t.position_cash IS NOT NULL))[1], 0) AS cash
      FROM chain AS t GROUP BY t.account_id, t.symbol),
  held AS (
    SELECT * FROM execution.positions AS p
     WHERE (p_account_id IS NULL OR p.account_id = p_account_id) AND (p_symbol IS NULL OR p.symbol = p_symbol)),
  holdings AS (
    SELECT coalesce(p.account_id, e.account_id) AS account_id, coalesce(p.symbol, e.symbol) AS symbol, f.field, f.stored, f.derived
      FROM held AS p FULL JOIN ends AS e ON e.account_id = p.account_id AND e.symbol = p.symbol
      LEFT JOIN money AS m ON m.account_id = e.account_id AND m.symbol = e.symbol
     CROSS JOIN LATERAL (VALUES
       ('quantity', p.quantity, coalesce(e.position_quantity, 0)), ('cost_basis', p.cost_basis, coalesce(e.position_cost, 0)),
       ('avg_price', p.avg_price, coalesce(e.position_avg_price, 0)), ('realized_pnl', p.realized_pnl, coalesce(e.position_realized, 0)),
       ('trade_count', p.trade_count::numeric, coalesce(e.position_seq, 0)::numeric),
       ('realized_pnl - cost_basis', p.realized_pnl - p.cost_basis, coalesce(m.cash, 0)),
       ('unrealized_pnl', p.unrealized_pnl, round(p.quantity * p.mark_price - p.cost_basis, 4)),
       ('market_value', p.market_value, round(p.quantity * p.mark_price, 4))) AS f(field, stored, derived)
     WHERE f.stored IS DISTINCT FROM f.derived),
  fills AS (
    SELECT o.account_id, o.symbol, o.order_id, f.field, f.stored, f.derived
      FROM execution.orders AS o CROSS JOIN LATERAL execution.filled(o.order_id) AS t
     CROSS JOIN LATERAL (VALUES ('filled_quantity', o.filled_quantity, t.quantity), ('busted_quantity', o.busted_quantity, t.busted),
       ('avg_fill_price', o.avg_fill_price, execution.average_price(t.paid, t.quantity))) AS f(field, stored, derived)
     WHERE (p_account_id IS NULL OR o.account_id = p_account_id) AND (p_symbol IS NULL OR o.symbol = p_symbol)
       AND f.stored IS DISTINCT FROM f.derived),
  -- Each log row begins with the status that the one before it ended with, and the last one ends with the order's status.
  steps AS (
    SELECT o.account_id, o.symbol, o.order_id, o.status, l.from_status, l.to_status,
           lag(l.to_status) OVER path AS before, l.id = max(l.id) OVER (PARTITION BY l.order_id) AS last, l.id
      FROM execution.execution_logs AS l JOIN execution.orders AS o ON o.order_id = l.order_id
     WHERE (p_account_id IS NULL OR o.account_id = p_account_id) AND (p_symbol IS NULL OR o.symbol = p_symbol)
    WINDOW path AS (PARTITION BY l.order_id ORDER BY l.id))
  SELECT 'cash', a.account_id, '', a.account_id, f.field, f.stored::text, f.derived::text
    FROM execution.cash_accounts AS a CROSS JOIN LATERAL execution.transfer_totals(a.account_id) AS t
   CROSS JOIN LATERAL (VALUES ('net_deposits', a.net_deposits, t.net_deposits), ('other_income', a.other_income, t.other_income),
     ('receivable', a.receivable, t.receivable), ('cash', execution.cash_of(a.account_id),
       (SELECT coalesce(sum(l.amount), 0) FROM execution.ledger(a.account_id) AS l WHERE l.ledger_account = 'cash'))
     ) AS f(field, stored, derived)
   WHERE (p_account_id IS NULL OR a.account_id = p_account_id) AND p_symbol IS NULL AND f.stored <> f.derived
  UNION ALL
  SELECT 'trade', account_id, symbol, trade_id, field, stored::text, derived::text FROM links
  UNION ALL
  SELECT 'position', account_id, symbol, account_id || ':' || symbol, field, stored::text, derived::text FROM holdings
  UNION ALL
  SELECT 'order', account_id, symbol, order_id, field, stored::text, derived::text FROM fills
  UNION ALL
  SELECT 'log', account_id, symbol, order_id, 'from_status', from_status::text, before::text FROM steps WHERE before IS NOT NULL AND from_status IS DISTINCT FROM before
  UNION ALL
  SELECT 'log', account_id, symbol, order_id, 'status', status::text, to_status::text FROM steps WHERE last AND status <> to_status
  ORDER BY 2, 3, 1, 4
$$;

COMMENT ON FUNCTION execution.verify IS
  'Derives orders, positions and P&L again from the trades; returns every difference, no row where there is none.';

-- prisma/sql/public/functions/refuse_change.sql

-- Trigger function of append-only tables: rejects the statement, for the owner of the table too.
-- Called by: the append_only triggers of execution.trades, execution.execution_logs, data_ingestion.bar_revisions and
-- strategy_engine.strategy_configs.
-- Raises: insufficient_privilege.
CREATE OR REPLACE FUNCTION public.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '%.% is append-only: % is refused', TG_TABLE_SCHEMA, TG_TABLE_NAME, TG_OP
    USING ERRCODE = 'insufficient_privilege', SCHEMA = TG_TABLE_SCHEMA, TABLE = TG_TABLE_NAME;
END
$$;

COMMENT ON FUNCTION public.refuse_change IS 'Trigger: rejects changes of an append-only table, for every role.';

-- prisma/sql/public/functions/set_updated_at.sql

-- Trigger function: sets updated_at on each update, whoever makes it.
-- Called by: the set_updated_at triggers of every schema.
-- CREATE OR REPLACE, here and in every other file: `prisma migrate reset` empties only the schemas of base.prisma, so
-- the functions of schema public are still there afterwards.
CREATE OR REPLACE FUNCTION public.set_updated_at() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.updated_at := now();
  RETURN NEW;
END
$$;

COMMENT ON FUNCTION public.set_updated_at IS 'Trigger: sets updated_at to the time of the transaction on each update.';

-- prisma/sql/risk_management/functions/active_kill.sql

-- The strictest active kill switch that covers an order; no row where there is none.
-- Called by: kill_reason and refuse_cancel.
CREATE OR REPLACE FUNCTION risk_management.active_kill(p_account_id text, p_strategy text, p_symbol text)
RETURNS SETOF risk_management.kill_switches LANGUAGE sql STABLE AS $$
  SELECT k.* FROM risk_management.kill_switches AS k
   WHERE k.lifted_at IS NULL
     AND (k.scope, k.target) IN (('all', ''), ('account', p_account_id), ('strategy', p_strategy), ('symbol', p_symbol))
   ORDER BY k.level = 'halt' DESC, k.id LIMIT 1
$$;

COMMENT ON FUNCTION risk_management.active_kill IS
  'The strictest active kill switch that covers an order; no row where there is none.';

-- prisma/sql/risk_management/functions/add_capital.sql

-- Money came into an account or left it: the capital from which its drawdown is measured moves by the same amount. An
-- account without a capital on record stays without.
-- Called by: execution.post_transfer. No role may call it.
CREATE OR REPLACE FUNCTION risk_management.add_capital(p_account_id text, p_amount numeric)
RETURNS void LANGUAGE sql AS $$
  UPDATE risk_management.account_states AS s SET capital = s.capital + p_amount
   WHERE s.account_id = p_account_id AND s.capital IS NOT NULL
$$;

COMMENT ON FUNCTION risk_management.add_capital IS
  'Moves the capital of an account by what was deposited or withdrawn.';

-- prisma/sql/risk_management/functions/below_peak.sql

-- The drawdown of an account: how far it is below its peak, as a fraction of its equity there. Null where the account
-- has no capital on record.
-- Called by: reserve_order. Inlined into its statements.
CREATE OR REPLACE FUNCTION risk_management.below_peak(p_capital numeric, p_peak_pnl numeric, p_pnl numeric)
RETURNS numeric LANGUAGE sql IMMUTABLE AS $$
  SELECT greatest(0, p_peak_pnl - p_pnl) / greatest(p_capital + p_peak_pnl, p_capital)
$$;

COMMENT ON FUNCTION risk_management.below_peak IS
  'Drawdown of an account as a fraction of its peak equity; null without a capital.';

-- prisma/sql/risk_management/functions/binding_limits.sql

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

-- prisma/sql/risk_management/functions/check_pair.sql

-- One check as the log of an order stores it: the limit and the measured value, as text. Null where there is no limit.
-- Called by: reserve_order. Inlined into its statements.
CREATE OR REPLACE FUNCTION risk_management.check_pair(p_limit numeric, p_observed numeric)
RETURNS jsonb LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE WHEN p_limit IS NOT NULL
              THEN jsonb_build_array(trim_scale(p_limit)::text, trim_scale(p_observed)::text) END
$$;

COMMENT ON FUNCTION risk_management.check_pair IS
  'One check as the log of an order stores it: limit and measured value as text; null without a limit.';

-- prisma/sql/risk_management/functions/denial_reason.sql

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

-- prisma/sql/risk_management/functions/distance_from_price.sql

-- The largest distance of an order's own prices from the last price, as a fraction of the last price. 0 where the order
-- names no price. The price collar is checked against it.
-- Called by: reserve_order. Inlined into its statements.
CREATE OR REPLACE FUNCTION risk_management.distance_from_price(p_price numeric, p_stop_price numeric, p_reference numeric)
RETURNS numeric LANGUAGE sql IMMUTABLE AS $$
  SELECT coalesce(greatest(abs(p_price - p_reference), abs(p_stop_price - p_reference)), 0) / p_reference
$$;

COMMENT ON FUNCTION risk_management.distance_from_price IS
  'The largest distance of an order''s prices from the last price, as a fraction of it; 0 for an order without prices.';

-- prisma/sql/risk_management/functions/halt_symbol.sql

-- Stops all orders in a symbol, because what its prices are of is not known. An active kill switch of the symbol stays as
-- it is.
-- Called by: execution.mark_positions. No role may call it.
CREATE OR REPLACE FUNCTION risk_management.halt_symbol(p_symbol text, p_reason text)
RETURNS void LANGUAGE sql AS $$
  INSERT INTO risk_management.kill_switches (scope, target, level, reason, set_by)
  SELECT 'symbol', p_symbol, 'halt', p_reason, 'marks'
   WHERE NOT EXISTS (SELECT FROM risk_management.kill_switches AS k
                      WHERE k.scope = 'symbol' AND k.target = p_symbol AND k.lifted_at IS NULL)
$$;

COMMENT ON FUNCTION risk_management.halt_symbol IS 'Stops all orders in a symbol whose prices can''t be trusted.';

-- prisma/sql/risk_management/functions/kill_reason.sql

-- Why a kill switch stops an order, as a sentence; null where none does. `halt` stops every order, `reduce_only` every
-- order that does more than reduce a position.
-- Called by: reserve_order and refuse_submission.
CREATE OR REPLACE FUNCTION risk_management.kill_reason(
  p_account_id text, p_strategy_id text, p_symbol text, p_reduces boolean)
RETURNS text LANGUAGE plpgsql STABLE AS $$
DECLARE
  kill record;
BEGIN
  SELECT k.scope, k.target, k.level, k.set_by, k.reason INTO kill
    FROM risk_management.active_kill(p_account_id, p_strategy_id, p_symbol) AS k;
  IF kill.level IS NULL OR (kill.level <> 'halt' AND p_reduces) THEN
    RETURN NULL;
  END IF;
  RETURN format('kill switch (%s, %s) set by %s: %s', concat_ws(' ', kill.scope, nullif(kill.target, '')), kill.level,
    kill.set_by, kill.reason);
END
$$;

COMMENT ON FUNCTION risk_management.kill_reason IS 'Why a kill switch stops an order; null where none does.';

-- prisma/sql/risk_management/functions/lock_account.sql

-- Makes whoever decides on an order of the same account wait until this transaction ends. A row of a table that no role has
-- a right on, because an advisory lock can be taken by every session that knows its key, and pg_locks shows the keys.
-- The row is only locked, never changed: that writes no new version of it.
-- Called by: risk_management.reserve_order, with its rights. No role may call it.
-- Locks: the row, until the transaction ends.
-- Isolation: READ COMMITTED.
CREATE OR REPLACE FUNCTION risk_management.lock_account(p_account_id text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  PERFORM FROM risk_management.account_locks AS l WHERE l.account_id = p_account_id FOR NO KEY UPDATE;
  IF NOT FOUND THEN
    -- Where two make it at once, the second waits here for the first one's transaction, and then locks its row.
    INSERT INTO risk_management.account_locks (account_id) VALUES (p_account_id) ON CONFLICT DO NOTHING;
    PERFORM FROM risk_management.account_locks AS l WHERE l.account_id = p_account_id FOR NO KEY UPDATE;
  END IF;
END
$$;

COMMENT ON FUNCTION risk_management.lock_account IS
  'Makes whoever decides on an order of the same account wait until this transaction ends.';

-- prisma/sql/risk_management/functions/loss_today.sql

-- The loss of an account on the New York trading day of a decision, 0 for a profit. Before the monitor has seen that
-- day, the day opens at the P&L that the monitor saw last.
-- Called by: reserve_order. Inlined into its statements.
CREATE OR REPLACE FUNCTION risk_management.loss_today(
  p_trading_day date, p_day_open_pnl numeric, p_last_pnl numeric, p_pnl numeric, p_decided_at timestamptz)
RETURNS numeric LANGUAGE sql STABLE AS $$
  SELECT greatest(0, CASE WHEN p_trading_day >= (p_decided_at AT TIME ZONE 'America/New_York')::date
                          THEN p_day_open_pnl ELSE coalesce(p_last_pnl, 0) END - p_pnl)
$$;

COMMENT ON FUNCTION risk_management.loss_today IS
  'The loss of an account on the New York trading day of a decision, 0 for a profit.';

-- prisma/sql/risk_management/functions/max_decision_age.sql

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

-- prisma/sql/risk_management/functions/missing_limits.sql

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

-- prisma/sql/risk_management/functions/only_reduces.sql

-- Whether an order can do nothing but reduce a position: with all working orders on its side, it sells no more than the
-- account holds, or buys back no more than it is short.
-- Called by: reserve_order. Inlined into its statements.
CREATE OR REPLACE FUNCTION risk_management.only_reduces(
  p_side text, p_quantity numeric, p_held numeric, p_buys numeric, p_sells numeric)
RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE p_side WHEN 'sell' THEN p_quantity + p_sells <= p_held ELSE p_quantity + p_buys <= -p_held END
$$;

COMMENT ON FUNCTION risk_management.only_reduces IS
  'Whether an order can do nothing but reduce a position, working orders on the same side included.';

-- prisma/sql/risk_management/functions/position_after.sql

-- The largest position, in the direction of the order, after the order and the working orders on its side have filled.
-- Called by: reserve_order. Inlined into its statements.
CREATE OR REPLACE FUNCTION risk_management.position_after(
  p_side text, p_quantity numeric, p_held numeric, p_buys numeric, p_sells numeric)
RETURNS numeric LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE p_side WHEN 'buy' THEN p_held + p_buys + p_quantity ELSE p_sells + p_quantity - p_held END
$$;

COMMENT ON FUNCTION risk_management.position_after IS
  'The largest position in the order''s direction after it and the working orders on its side have filled.';

-- prisma/sql/risk_management/functions/position_cap.sql

-- How much of a symbol an account may hold, null where it is not limited. Quantity and notional come from the symbol's
-- own row where that has any of the two, else from the row `*`. The session limit is the tighter one of both rows.
-- Called by: reserve_order. Inlined into its statements.
CREATE OR REPLACE FUNCTION risk_management.position_cap(p_account_id text, p_symbol text)
RETURNS TABLE (max_quantity numeric, max_notional numeric, max_outside_session numeric) LANGUAGE sql STABLE AS $$
  SELECT x.max_quantity, x.max_notional, min(x.max_outside_session) OVER ()
    FROM risk_management.position_limits AS x WHERE x.account_id = p_account_id AND x.symbol IN (p_symbol, '*')
   ORDER BY num_nonnulls(x.max_quantity, x.max_notional) = 0, x.symbol = '*' LIMIT 1
$$;

COMMENT ON FUNCTION risk_management.position_cap IS
  'How much of a symbol an account may hold, and how far outside the session it may trade it; null where not limited.';

-- prisma/sql/risk_management/functions/raise_denial.sql

-- Records and publishes that an order was denied, once for each order.
-- Called by: reserve_order and execution.deny_submission.
-- Raises: what record_event raises.
CREATE OR REPLACE FUNCTION risk_management.raise_denial(
  p_order_id text, p_account_id text, p_symbol text, p_side text, p_quantity numeric, p_strategy_id text, p_limit_type text,
  p_limit_value numeric, p_observed numeric, p_reason text, p_reference_price numeric, p_occurred_at timestamptz,
  p_correlation_id text, p_causation_id text)
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  PERFORM risk_management.record_event(
    CASE WHEN length(p_order_id) <= 93 THEN 'denied:' || p_order_id
         ELSE 'denied:' || encode(sha256(convert_to(p_order_id, 'UTF8')), 'hex') END,
    p_account_id, 'order_denied', CASE p_limit_type WHEN 'kill_switch' THEN 'critical' ELSE 'warning' END,
    format('order %s (%s %s %s) denied: %s', p_order_id, p_side, trim_scale(p_quantity), p_symbol, p_reason),
    jsonb_build_object('orderId', p_order_id, 'symbol', p_symbol, 'side', p_side, 'quantity', trim_scale(p_quantity)::text,
      'strategyId', p_strategy_id, 'limit', p_limit_type, 'limitValue', p_limit_value::text, 'observed', p_observed::text,
      'referencePrice', trim_scale(p_reference_price)::text),
    p_occurred_at, p_correlation_id, p_causation_id);
END
$$;

COMMENT ON FUNCTION risk_management.raise_denial IS
  'Records and publishes that an order was denied, once for each order.';

-- prisma/sql/risk_management/functions/raise_event.sql

-- Published function: records a risk event and publishes it, once for its id; false where it was there already.
-- Execution records with it what it found but must not decide on: an over-fill, a late fill, an unknown order; strategy,
-- that a strategy failed and was paused. The checks of risk use it too. The id that any caller but risk gives is prefixed with the caller's name, so that no other
-- service can take an id that risk is going to use.
-- Called by: strategy, src/sql/pauseStrategies.ts, execution.raise_fill_problem, execution.bust_fill, execution, src/sql/raiseRiskEvent.ts, and risk,
-- src/sql/raiseEvent.ts.
-- Raises: what record_event raises.
CREATE OR REPLACE FUNCTION risk_management.raise_event(
  p_event_id text, p_account_id text, p_event_type text, p_severity text, p_message text, p_data jsonb,
  p_occurred_at timestamptz, p_correlation_id text, p_causation_id text)
RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  caller text := substr(session_user, 9);
BEGIN
  RETURN risk_management.record_event(
    CASE WHEN session_user = 'trading_risk' OR session_user NOT LIKE 'trading\_%' OR coalesce(p_event_id, '') = '' THEN p_event_id
         WHEN length(caller || ':' || p_event_id) <= 100 THEN caller || ':' || p_event_id
         ELSE caller || ':' || encode(sha256(convert_to(p_event_id, 'UTF8')), 'hex') END,
    p_account_id, p_event_type, p_severity, p_message, p_data, p_occurred_at, p_correlation_id, p_causation_id);
END
$$;

COMMENT ON FUNCTION risk_management.raise_event IS
  'Published function: records a risk event and publishes it, once for its id; false where it was there already.';

-- prisma/sql/risk_management/functions/record_event.sql

-- Records a risk event and publishes it, once for its id; false where it was there already. For risk's own functions,
-- whose ids no other service can make. Others call raise_event.
-- Called by: raise_event and raise_denial.
-- Raises: invalid_parameter_value where something is missing; unique_violation where the id is taken by an event with
-- other content.
CREATE OR REPLACE FUNCTION risk_management.record_event(
  p_event_id text, p_account_id text, p_event_type text, p_severity text, p_message text, p_data jsonb,
  p_occurred_at timestamptz, p_correlation_id text, p_causation_id text)
RETURNS boolean LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  known risk_management.risk_events;
BEGIN
  IF coalesce(p_event_id, '') = '' OR coalesce(p_account_id, '') = '' OR coalesce(p_event_type, '') = ''
     OR coalesce(p_message, '') = '' OR p_occurred_at IS NULL OR jsonb_typeof(p_data) IS DISTINCT FROM 'object' THEN
    RAISE EXCEPTION 'a risk event needs an id, an account, a type, a message, a time and an object of data; event % has not', p_event_id
      USING ERRCODE = 'invalid_parameter_value';
  END IF;
  INSERT INTO risk_management.risk_events (event_id, account_id, event_type, severity, message, data, correlation_id)
    VALUES (p_event_id, p_account_id, p_event_type, p_severity, p_message, p_data, p_correlation_id)
    ON CONFLICT (event_id) DO NOTHING;
  IF NOT FOUND THEN
    SELECT * INTO STRICT known FROM risk_management.risk_events WHERE event_id = p_event_id;
    IF (known.account_id, known.event_type, known.severity, known.message) IS DISTINCT FROM
       (p_account_id, p_event_type, p_severity, p_message) THEN
      RAISE EXCEPTION 'risk event % is there already, and says something else: % of account %', p_event_id, known.event_type, known.account_id
        USING ERRCODE = 'unique_violation';
    END IF;
    RETURN false;
  END IF;
  INSERT INTO event_bus.outbox (event_id, event_type, version, service, key, correlation_id, causation_id, data, occurred_at)
    VALUES (event_bus.new_event_id(), 'risk_event_raised', event_bus.event_version('risk_event_raised'), 'risk', p_account_id,
      coalesce(p_correlation_id, p_event_id), p_causation_id,
      jsonb_build_object('riskEventId', p_event_id, 'accountId', p_account_id, 'eventType', p_event_type,
        'severity', p_severity, 'message', p_message, 'data', p_data), p_occurred_at);
  RETURN true;
END
$$;

COMMENT ON FUNCTION risk_management.record_event IS
  'Records a risk event and publishes it, once for its id; false where it was there already.';

-- prisma/sql/risk_management/functions/refuse_cancel.sql

-- Published function: why an order may not be cancelled, as a sentence; null where it may. Only a halt stops a cancel.
-- SECURITY DEFINER, because execution may not read kill switches.
-- Called by: execution, src/sql/orders/refuseCancel.ts.
CREATE OR REPLACE FUNCTION risk_management.refuse_cancel(p_account_id text, p_strategy text, p_symbol text)
RETURNS text LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT format('kill switch (%s): halted by %s: %s', concat_ws(' ', k.scope, nullif(k.target, '')), k.set_by, k.reason)
    FROM risk_management.active_kill(p_account_id, p_strategy, p_symbol) AS k WHERE k.level = 'halt'
$$;

COMMENT ON FUNCTION risk_management.refuse_cancel IS
  'Published function: why an order may not be cancelled; null where it may.';

-- prisma/sql/risk_management/functions/refuse_submission.sql

-- Published function: may an order that was allowed before go to its broker now? `verdict` is
--   null      it may
--   held      it must wait: a kill switch was set since it was allowed (a halt, or reduce_only where it would do more than
--             reduce the position), or it is no working order any more
--   denied    it was decided too long ago by the wall clock; the limit and the age are returned too
-- Only reads. SECURITY DEFINER, because execution may not read kill switches and limits.
-- Called by: execution.deny_submission, and execution, src/sql/broker/submission.ts.
CREATE OR REPLACE FUNCTION risk_management.refuse_submission(
  p_order_id text, OUT verdict text, OUT reason text, OUT limit_value numeric, OUT observed numeric)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  o record;
  held numeric;
BEGIN
  SELECT w.account_id, w.symbol, w.side, w.leaves, w.strategy, w.decided_at INTO o
    FROM execution.working_orders AS w WHERE w.order_id = p_order_id;
  IF NOT FOUND THEN
    verdict := 'held';
    reason := format('order %s does not work any more', p_order_id);
    RETURN;
  END IF;
  SELECT h.quantity INTO held FROM execution.holdings AS h WHERE h.account_id = o.account_id AND h.symbol = o.symbol;
  reason := risk_management.kill_reason(o.account_id, o.strategy, o.symbol,
    coalesce(o.leaves <= CASE o.side WHEN 'sell' THEN held ELSE -held END, false));
  IF reason IS NOT NULL THEN
    verdict := 'held';
    RETURN;
  END IF;
  limit_value := trim_scale(risk_management.max_decision_age(o.account_id, o.strategy));
  observed := round(extract(epoch FROM clock_timestamp() - o.decided_at));
  IF observed > limit_value THEN
    verdict := 'denied';
    reason := risk_management.denial_reason('max_decision_age', limit_value, observed);
  END IF;
END
$$;

COMMENT ON FUNCTION risk_management.refuse_submission IS
  'Published function: whether an order that was allowed before may go to its broker now.';

-- prisma/sql/risk_management/functions/release_symbol.sql

-- Lifts what halt_symbol has set. A kill switch that somebody else set stays.
-- Called by: execution.heed_actions. No role may call it.
CREATE OR REPLACE FUNCTION risk_management.release_symbol(p_symbol text)
RETURNS void LANGUAGE sql AS $$
  UPDATE risk_management.kill_switches AS k SET lifted_by = 'marks', lifted_at = clock_timestamp()
   WHERE k.scope = 'symbol' AND k.target = p_symbol AND k.set_by = 'marks' AND k.lifted_at IS NULL
$$;

COMMENT ON FUNCTION risk_management.release_symbol IS 'Lifts the halt of a symbol that halt_symbol has set.';

-- prisma/sql/risk_management/functions/require_judgeable.sql

-- Rejects an order that cannot be checked because something is missing or is no number. Also rejects any isolation
-- level but READ COMMITTED: a transaction with an older snapshot would not see the orders that were placed while it
-- waited for the lock of the account.
-- Called by: reserve_order.
-- Raises: invalid_parameter_value, invalid_transaction_state.
CREATE OR REPLACE FUNCTION risk_management.require_judgeable(
  p_order_id text, p_account_id text, p_symbol text, p_side text, p_order_type text, p_quantity numeric,
  p_price numeric, p_stop_price numeric, p_decided_at timestamptz, p_data_source text)
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  IF current_setting('transaction_isolation') <> 'read committed' THEN
    RAISE EXCEPTION 'orders are reserved in a READ COMMITTED transaction, not in %',
      current_setting('transaction_isolation') USING ERRCODE = 'invalid_transaction_state';
  END IF;
  IF coalesce(p_order_id, '') = '' OR coalesce(p_account_id, '') = '' OR coalesce(p_symbol, '') = ''
     OR coalesce(p_data_source, '') = '' OR p_decided_at IS NULL OR NOT isfinite(p_decided_at)
     OR p_side IS NULL OR p_side NOT IN ('buy', 'sell')
     OR p_order_type IS NULL OR p_order_type NOT IN ('market', 'limit', 'stop', 'stop_limit')
     OR p_quantity IS NULL OR NOT (p_quantity > 0 AND p_quantity < 'Infinity')
     OR NOT coalesce(p_price > 0 AND p_price < 'Infinity', true)
     OR NOT coalesce(p_stop_price > 0 AND p_stop_price < 'Infinity', true) THEN
    RAISE EXCEPTION
      'order % can''t be judged: account %, symbol %, side %, type %, quantity %, price %, stop price %, decided at %, series %',
      p_order_id, p_account_id, p_symbol, p_side, p_order_type, p_quantity, p_price, p_stop_price, p_decided_at, p_data_source
      USING ERRCODE = 'invalid_parameter_value';
  END IF;
END
$$;

COMMENT ON FUNCTION risk_management.require_judgeable IS
  'Rejects an order that cannot be checked: something is missing or no number, or the isolation level is wrong.';

-- prisma/sql/risk_management/functions/reserve_order.sql

-- Decides on an order inside the transaction that creates it. Until that transaction ends, no other order of the
-- account is decided; the next one sees this order among the working orders. So the checks stay true, however many
-- orders come at once. The row of the order is its reservation: fills and cancels release it, because they change that
-- row. A denial is recorded and published here, so it exists if, and only if, the rejected order does.
-- Called by: execution.place_order, with its rights and settings. No role may call it.
-- Locks: the account's row of risk_management.account_locks, until the transaction ends. A caller that reserves for several accounts takes
-- them in the order of their ids, so that two callers can't deadlock here. A deadlock is still possible: a replacement
-- has locked the old order before, and a new order id is locked from its insert to the commit. PostgreSQL then ends one
-- of the transactions, and execution repeats it.
-- Isolation: READ COMMITTED.
-- Raises: what require_judgeable and record_event raise. A denied order is no error.
CREATE OR REPLACE FUNCTION risk_management.reserve_order(
  p_order_id text, p_account_id text, p_symbol text, p_side text, p_order_type text, p_quantity numeric, p_price numeric,
  p_stop_price numeric, p_strategy_id text, p_decided_at timestamptz, p_data_source text, p_correlation_id text,
  p_causation_id text, p_session_open timestamptz, p_session_close timestamptz, p_at_broker boolean,
  OUT decision text, OUT limit_type text, OUT limit_value numeric, OUT observed numeric, OUT reason text,
  OUT reference_price numeric, OUT checks jsonb)
LANGUAGE plpgsql AS $$
DECLARE
  bar record;
  book record;
  limits record;
  cap record;
  state record;
  twin record;
  -- Seconds since the decision by the wall clock; the market's own time is p_decided_at.
  decision_age numeric;
  decision_age_limit numeric;
  price_age numeric;
  outside numeric;
  outside_limit numeric;
  -- The most that a share may cost: the highest of the last price and the order's own prices.
  worst_price numeric;
  position_price numeric;
  held_after numeric;
  gross_after numeric;
  collar numeric;
  day_loss numeric;
  drawdown numeric;
  -- Equity times the multiple of the account.
  buying_power numeric;
  in_minute numeric;
  reduces boolean;
BEGIN
  PERFORM risk_management.require_judgeable(p_order_id, p_account_id, p_symbol, p_side, p_order_type, p_quantity, p_price,
    p_stop_price, p_decided_at, p_data_source);
  PERFORM risk_management.lock_account(p_account_id);
  PERFORM FROM execution.placed_orders AS x WHERE x.order_id = p_order_id;
  IF FOUND THEN
    decision := 'known';
    RETURN;
  END IF;

  SELECT * INTO bar FROM risk_management.last_price(p_symbol, p_data_source, p_decided_at);
  SELECT * INTO book FROM risk_management.exposure(p_account_id, p_symbol);
  reference_price := bar.close;
  reduces := risk_management.only_reduces(p_side, p_quantity, book.held, book.buys, book.sells);

  <<decided>>
  BEGIN
    reason := risk_management.kill_reason(p_account_id, p_strategy_id, p_symbol, reduces);
    IF reason IS NOT NULL THEN
      limit_type := 'kill_switch';
      EXIT decided;
    END IF;
    -- An order at a remote broker executes now, at today's prices. So the decision must be recent, even if the order only reduces.
    IF p_at_broker THEN
      decision_age := extract(epoch FROM clock_timestamp() - p_decided_at);
      decision_age_limit := risk_management.max_decision_age(p_account_id, p_strategy_id);
      IF decision_age > decision_age_limit THEN
        limit_type := 'max_decision_age';
        limit_value := decision_age_limit;
        observed := round(decision_age);
        EXIT decided;
      END IF;
    END IF;
    EXIT decided WHEN reduces;

    SELECT * INTO limits FROM risk_management.binding_limits(p_account_id, p_strategy_id);
    reason := risk_management.missing_limits(p_account_id, limits.account_types);
    IF reason IS NOT NULL THEN
      limit_type := 'limits_missing';
      EXIT decided;
    END IF;
    IF reference_price IS NULL THEN
      limit_type := 'reference_price';
      reason := format('no price of %s in series %s in the year before %s', p_symbol, p_data_source, p_decided_at);
      EXIT decided;
    END IF;
    SELECT * INTO cap FROM risk_management.position_cap(p_account_id, p_symbol);
    SELECT s.capital, s.trading_day, s.day_open_pnl, s.last_pnl, s.peak_pnl INTO state
      FROM risk_management.account_states AS s WHERE s.account_id = p_account_id;

    price_age := extract(epoch FROM p_decided_at - bar.at);
    outside_limit := least(limits.max_outside_session, cap.max_outside_session);
    outside := risk_management.seconds_outside_session(p_decided_at, p_session_open, p_session_close);
    worst_price := greatest(reference_price, p_price, p_stop_price);
    position_price := greatest(worst_price, book.price);
    collar := risk_management.distance_from_price(p_price, p_stop_price, reference_price);
    held_after := risk_management.position_after(p_side, p_quantity, book.held, book.buys, book.sells);
    gross_after := book.others + position_price
      * risk_management.symbol_quantity_after(p_side, p_quantity, book.held, book.buys, book.sells);
    day_loss := risk_management.loss_today(state.trading_day, state.day_open_pnl, state.last_pnl, book.pnl, p_decided_at);
    drawdown := risk_management.below_peak(state.capital, state.peak_pnl, book.pnl);

    buying_power := round((state.capital + book.pnl) * limits.max_buying_power, 4);

    -- The rules in the order in which they are checked. A limit that is not set is null and stops nothing.
    limit_type := CASE
      WHEN price_age > limits.max_price_age THEN 'max_price_age'
      WHEN outside_limit IS NOT NULL AND coalesce(outside > outside_limit, true) THEN 'max_outside_session'
      WHEN p_quantity > limits.max_order_quantity THEN 'max_order_quantity'
      WHEN p_quantity * worst_price > limits.max_order_notional THEN 'max_order_notional'
      WHEN collar > limits.price_collar THEN 'price_collar'
      WHEN held_after > cap.max_quantity THEN 'max_position_quantity'
      WHEN held_after * position_price > cap.max_notional THEN 'max_position_notional'
      WHEN gross_after > limits.max_gross_exposure THEN 'max_gross_exposure'
      WHEN limits.max_buying_power IS NOT NULL AND coalesce(gross_after > buying_power, true) THEN 'max_buying_power'
      WHEN day_loss >= limits.max_daily_loss THEN 'max_daily_loss'
      WHEN limits.max_drawdown IS NOT NULL AND coalesce(drawdown >= limits.max_drawdown, true) THEN 'max_drawdown'
    END;
    IF limit_type IS NOT NULL THEN
      limit_value := CASE limit_type
        WHEN 'max_price_age' THEN limits.max_price_age WHEN 'max_outside_session' THEN outside_limit
        WHEN 'max_order_quantity' THEN limits.max_order_quantity WHEN 'max_order_notional' THEN limits.max_order_notional
        WHEN 'price_collar' THEN limits.price_collar WHEN 'max_position_quantity' THEN cap.max_quantity
        WHEN 'max_position_notional' THEN cap.max_notional WHEN 'max_gross_exposure' THEN limits.max_gross_exposure
        WHEN 'max_buying_power' THEN coalesce(buying_power, limits.max_buying_power)
        WHEN 'max_daily_loss' THEN limits.max_daily_loss WHEN 'max_drawdown' THEN limits.max_drawdown END;
      observed := CASE limit_type
        WHEN 'max_price_age' THEN price_age WHEN 'max_outside_session' THEN outside
        WHEN 'max_order_quantity' THEN p_quantity WHEN 'max_order_notional' THEN p_quantity * worst_price
        WHEN 'price_collar' THEN collar WHEN 'max_position_quantity' THEN held_after
        WHEN 'max_position_notional' THEN held_after * position_price WHEN 'max_gross_exposure' THEN gross_after
        WHEN 'max_buying_power' THEN CASE WHEN buying_power IS NOT NULL THEN gross_after END
        WHEN 'max_daily_loss' THEN day_loss WHEN 'max_drawdown' THEN drawdown END;
      -- Fail closed: where a limit is set and its value can't be measured, the order is denied with the cause.
      reason := CASE WHEN observed IS NOT NULL THEN NULL
        WHEN limit_type IN ('max_drawdown', 'max_buying_power')
          THEN format('%s can''t be measured: account %s has no capital on record', limit_type, p_account_id)
        ELSE format('max_outside_session is %s, there is no session of XNYS on that date, or none is known',
               trim_scale(limit_value)) END;
      EXIT decided;
    END IF;

    IF limits.duplicate_window IS NOT NULL THEN
      SELECT * INTO twin FROM risk_management.same_order(p_account_id, p_symbol, p_side, p_order_type, p_quantity, p_price,
        p_stop_price, p_decided_at, limits.duplicate_window);
      IF FOUND THEN
        limit_type := 'duplicate_window';
        limit_value := limits.duplicate_window;
        observed := twin.seconds_away;
        reason := format('the same order, %s, was placed %s s away, within the window of %s s', twin.order_id,
          trim_scale(observed), trim_scale(limit_value));
        EXIT decided;
      END IF;
    END IF;
    IF limits.max_orders_per_minute IS NOT NULL THEN
      SELECT n.orders INTO in_minute
        FROM risk_management.orders_in_minute(p_account_id, p_decided_at, limits.max_orders_per_minute) AS n;
      IF in_minute > limits.max_orders_per_minute THEN
        limit_type := 'max_orders_per_minute';
        limit_value := limits.max_orders_per_minute;
        observed := in_minute;
      END IF;
    END IF;
  END;

  IF limit_type IS NULL THEN
    decision := 'allowed';
    IF reduces THEN
      checks := jsonb_build_object('reduces_only', true, 'held', book.held::text);
    ELSE
      checks := jsonb_strip_nulls(jsonb_build_object(
        'max_price_age', risk_management.check_pair(limits.max_price_age, price_age),
        'max_outside_session', risk_management.check_pair(outside_limit, outside),
        'max_order_quantity', risk_management.check_pair(limits.max_order_quantity, p_quantity),
        'max_order_notional', risk_management.check_pair(limits.max_order_notional, p_quantity * worst_price),
        'max_position_quantity', risk_management.check_pair(cap.max_quantity, held_after),
        'max_position_notional', risk_management.check_pair(cap.max_notional, held_after * position_price),
        'max_gross_exposure', risk_management.check_pair(limits.max_gross_exposure, gross_after),
        'max_buying_power', risk_management.check_pair(buying_power, gross_after),
        'max_daily_loss', risk_management.check_pair(limits.max_daily_loss, day_loss),
        'max_drawdown', risk_management.check_pair(limits.max_drawdown, round(drawdown, 6)),
        'max_orders_per_minute', risk_management.check_pair(limits.max_orders_per_minute, in_minute)));
    END IF;
    IF p_at_broker THEN
      checks := checks || jsonb_build_object(
        'max_decision_age', risk_management.check_pair(decision_age_limit, round(decision_age)));
    END IF;
    RETURN;
  END IF;

  decision := 'denied';
  observed := trim_scale(round(observed, 8));
  limit_value := trim_scale(limit_value);
  reason := coalesce(reason, risk_management.denial_reason(limit_type, limit_value, observed));
  PERFORM risk_management.raise_denial(p_order_id, p_account_id, p_symbol, p_side, p_quantity, p_strategy_id, limit_type,
    limit_value, observed, reason, reference_price, p_decided_at, p_correlation_id, p_causation_id);
END
$$;

COMMENT ON FUNCTION risk_management.reserve_order IS
  'Decides on an order inside the transaction that creates it: allowed, denied with the limit and reason, or known already.';

-- prisma/sql/risk_management/functions/seconds_outside_session.sql

-- How many seconds before the open or after the close a decision was made; 0 within the session. Null where there is no
-- session on the decision's New York date, or the caller names the session of another date.
-- Called by: reserve_order. Inlined into its statements.
CREATE OR REPLACE FUNCTION risk_management.seconds_outside_session(
  p_decided_at timestamptz, p_open timestamptz, p_close timestamptz)
RETURNS numeric LANGUAGE sql STABLE AS $$
  SELECT CASE WHEN (p_open AT TIME ZONE 'America/New_York')::date = (p_decided_at AT TIME ZONE 'America/New_York')::date
               AND p_close > p_open
              THEN greatest(0, extract(epoch FROM p_open - p_decided_at), extract(epoch FROM p_decided_at - p_close)) END
$$;

COMMENT ON FUNCTION risk_management.seconds_outside_session IS
  'How many seconds before the open or after the close a decision was made; 0 within the session, null without one.';

-- prisma/sql/risk_management/functions/symbol_quantity_after.sql

-- The largest position in a symbol, long or short, after all its buys or all its sells have filled, the order included.
-- The gross exposure is checked with it.
-- Called by: reserve_order. Inlined into its statements.
CREATE OR REPLACE FUNCTION risk_management.symbol_quantity_after(
  p_side text, p_quantity numeric, p_held numeric, p_buys numeric, p_sells numeric)
RETURNS numeric LANGUAGE sql IMMUTABLE AS $$
  SELECT greatest(abs(p_held + p_buys + CASE p_side WHEN 'buy' THEN p_quantity ELSE 0 END),
                  abs(p_held - p_sells - CASE p_side WHEN 'sell' THEN p_quantity ELSE 0 END))
$$;

COMMENT ON FUNCTION risk_management.symbol_quantity_after IS
  'The largest position in a symbol, long or short, after all its buys or all its sells have filled, the order included.';

-- prisma/sql/strategy_engine/functions/refuse_second_strategy.sql

-- Trigger function: only one active strategy may trade a symbol in an account. A second one would trade against the
-- first, because each trades the difference between its own target and the position of the whole account.
-- Called by: the trigger one_strategy_a_market of strategy_engine.strategies.
-- Locks: the account's row of strategy_engine.account_locks, so that two strategies that are activated at once see each
-- other. No role has a right on that table, so nobody else can hold the lock; hence SECURITY DEFINER.
-- Isolation: READ COMMITTED.
-- Raises: exclusion_violation with the constraint name one_strategy_a_market.
CREATE OR REPLACE FUNCTION strategy_engine.refuse_second_strategy() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  account text := NEW.parameters ->> 'accountId';
  taken record;
BEGIN
  IF account IS NULL THEN
    RETURN NEW;
  END IF;
  INSERT INTO strategy_engine.account_locks (account_id) VALUES (account) ON CONFLICT DO NOTHING;
  PERFORM FROM strategy_engine.account_locks AS l WHERE l.account_id = account FOR NO KEY UPDATE;
  SELECT s.strategy_id, x.symbol INTO taken
    FROM strategy_engine.strategies AS s
   CROSS JOIN LATERAL jsonb_array_elements_text(
           CASE jsonb_typeof(s.parameters -> 'symbols') WHEN 'array' THEN s.parameters -> 'symbols' ELSE '[]' END) AS x(symbol)
   WHERE s.status = 'active' AND s.strategy_id <> NEW.strategy_id AND s.parameters ->> 'accountId' = account
     AND NEW.parameters -> 'symbols' ? x.symbol
   ORDER BY s.strategy_id, x.symbol LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'strategy % can''t be active: strategy % trades % in account % already', NEW.strategy_id,
      taken.strategy_id, taken.symbol, account
      USING ERRCODE = 'exclusion_violation', SCHEMA = 'strategy_engine', TABLE = 'strategies',
        CONSTRAINT = 'one_strategy_a_market',
        HINT = 'Give it an account of its own, or deactivate the other one.';
  END IF;
  RETURN NEW;
END
$$;

COMMENT ON FUNCTION strategy_engine.refuse_second_strategy IS
  'Trigger: rejects a second active strategy on a symbol of an account.';

-- prisma/sql/analytics/views/figures.sql

-- Published view of the figures of each strategy on each trading date, with the method of each.
-- Read by: api, src/sql/figures.ts.
CREATE OR REPLACE VIEW analytics.figures AS
  SELECT account_id, strategy_id, metric, date, value, method, computed_at FROM analytics.performance_metrics;

COMMENT ON VIEW analytics.figures IS
  'Published view of the figures of each strategy on each trading date, with the method of each.';

-- prisma/sql/analytics/views/stored_reports.sql

-- Published view of the stored reports.
-- Read by: api, src/sql/figures.ts.
CREATE OR REPLACE VIEW analytics.stored_reports AS
  SELECT id, report_id, report_type, period_start, period_end, content, created_at FROM analytics.reports;

COMMENT ON VIEW analytics.stored_reports IS
  'Published view of the stored reports.';

-- prisma/sql/data_ingestion/views/actions.sql

-- Published view of the corporate actions: the last version of each, cancelled ones too.
-- Read by: execution and analytics, and by functions of execution.
CREATE OR REPLACE VIEW data_ingestion.actions AS
  SELECT a.action_id, a.version, a.symbol, a.type, a.ex_date, a.record_date, a.pay_date, a.numerator, a.denominator,
         a.amount, a.currency, a.new_symbol, a.source, a.source_id, a.status, a.reason, a.created_at
    FROM data_ingestion.corporate_actions AS a
   WHERE NOT EXISTS (SELECT FROM data_ingestion.corporate_actions AS later
                      WHERE later.action_id = a.action_id AND later.version > a.version);

COMMENT ON VIEW data_ingestion.actions IS
  'Published view of the corporate actions: the last version of each, cancelled ones too.';

-- prisma/sql/data_ingestion/views/bars.sql

-- Published view of the stored bars. Other services read it instead of market_data.
-- Read by: strategy, execution, analytics and api, and by functions of execution and risk.
CREATE OR REPLACE VIEW data_ingestion.bars AS
  SELECT symbol, "timestamp", data_source, open, high, low, close, volume FROM data_ingestion.market_data;

COMMENT ON VIEW data_ingestion.bars IS
  'Published view of the stored bars: prices per share, volume in shares, timestamp is the start of the bar in UTC.';

-- prisma/sql/data_ingestion/views/quality_findings.sql

-- Published view of what validation and quality checks found.
-- Read by: api, src/sql/marketData.ts.
CREATE OR REPLACE VIEW data_ingestion.quality_findings AS
  SELECT id, symbol, data_source, check_type, status, bar_timestamp, message, details, created_at
    FROM data_ingestion.data_quality_logs;

COMMENT ON VIEW data_ingestion.quality_findings IS
  'Published view of what validation and quality checks found in the bars.';

-- prisma/sql/data_ingestion/views/series.sql

-- Published view of the series: how far each one is, and how its last ingestion went.
-- Read by: api, src/sql/marketData.ts.
CREATE OR REPLACE VIEW data_ingestion.series AS
  SELECT symbol, data_source, status, last_bar, row_count, started_at, finished_at, error FROM data_ingestion.ingestion_status;

COMMENT ON VIEW data_ingestion.series IS
  'Published view of the series of bars: how far each one is, and how its last ingestion went.';

-- prisma/sql/execution/views/account_cash.sql

-- Published view of what accounts have beside their positions: deposits, income that no trade realised, and receivables.
-- Read by: risk_management.exposure.
CREATE OR REPLACE VIEW execution.account_cash AS
  SELECT account_id, currency, net_deposits, other_income, receivable FROM execution.cash_accounts;

COMMENT ON VIEW execution.account_cash IS
  'Published view of what accounts have beside their positions: deposits, other income and receivables.';

-- prisma/sql/execution/views/all_orders.sql

-- Published view of all orders as they stand, denied ones too. `id` grows in the order in which they were stored.
-- Read by: api, src/sql/orders.ts.
CREATE OR REPLACE VIEW execution.all_orders AS
  SELECT id, order_id, account_id, symbol, side, order_type, time_in_force, quantity, filled_quantity, avg_fill_price, price,
         stop_price, status, trading_source, strategy, signal_id, broker_order_id, replaces_order_id, correlation_id, decided_at,
         reference_price, reason, created_at, updated_at
    FROM execution.orders;

COMMENT ON VIEW execution.all_orders IS
  'Published view of all orders as they stand, denied ones too.';

-- prisma/sql/execution/views/fills.sql

-- Published view of the booked trades, busts included. Positions, P&L and commissions can be derived from it.
-- Read by: analytics, src/sql/selectFills.ts and src/sql/selectFillTotals.ts, and strategy_engine.measured_strategies;
-- api, src/sql/orders.ts.
CREATE OR REPLACE VIEW execution.fills AS
  SELECT trade_id, order_id, account_id, symbol, side, quantity, price, commission, realized_pnl, executed_at, strategy,
         id, kind, execution_id, corrects_trade_id, settlement_date, correlation_id
    FROM execution.trades;

COMMENT ON VIEW execution.fills IS
  'Published view of the booked trades, busts included: all that positions, P&L and commissions derive from.';

-- prisma/sql/execution/views/handled_bars.sql

-- Published view: how far execution has handled the bars of each series. A strategy that looks at its account decides once
-- the fills of a bar are booked.
-- Read by: strategy, src/sql/selectAccounts.ts.
CREATE OR REPLACE VIEW execution.handled_bars AS
  SELECT symbol, data_source, through FROM execution.market_clocks;

COMMENT ON VIEW execution.handled_bars IS
  'Published view: the start of the last bar of each series that execution has handled.';

-- prisma/sql/execution/views/holdings.sql

-- Published view of the positions: quantity, cost, mark and P&L.
-- Read by: strategy, src/sql/selectAccounts.ts, risk_management.exposure and refuse_submission, and the typed client of risk;
-- api, src/sql/accounts.ts.
CREATE OR REPLACE VIEW execution.holdings AS
  SELECT account_id, symbol, quantity, avg_price, cost_basis, realized_pnl, mark_price, marked_at, market_value, unrealized_pnl,
         mark_source, last_updated
    FROM execution.positions;

COMMENT ON VIEW execution.holdings IS 'Published view of the positions: quantity, cost, mark and P&L.';

-- prisma/sql/execution/views/placed_orders.sql

-- All orders, denied ones too. Risk counts orders and looks for duplicates in it.
-- Read by: risk_management.reserve_order, same_order and orders_in_minute.
CREATE OR REPLACE VIEW execution.placed_orders AS
  SELECT order_id, account_id, symbol, side, order_type, quantity, price, stop_price, strategy, status, decided_at
    FROM execution.orders;

COMMENT ON VIEW execution.placed_orders IS
  'All orders, denied ones too, for the risk checks of order rates and duplicates.';

-- prisma/sql/execution/views/whole_share_accounts.sql

-- Published view of the accounts that hold whole shares only: fractions that a split leaves over are sold.
-- Read by: analytics, src/sql/selectUnitChanges.ts.
CREATE OR REPLACE VIEW execution.whole_share_accounts AS
  SELECT account_id FROM execution.account_policies WHERE whole_shares;

COMMENT ON VIEW execution.whole_share_accounts IS
  'Published view of the accounts that hold whole shares only: fractions that a split leaves over are sold.';

-- prisma/sql/execution/views/working_orders.sql

-- The orders that can still fill. `leaves` is the quantity that can still fill.
-- Read by: strategy, src/sql/selectAccounts.ts, risk_management.exposure and refuse_submission.
CREATE OR REPLACE VIEW execution.working_orders AS
  SELECT order_id, account_id, symbol, side, order_type, time_in_force, quantity, quantity - filled_quantity AS leaves,
         price, stop_price, reference_price, strategy, status, decided_at
    FROM execution.orders WHERE status IN ('pending', 'submitted', 'partially_filled');

COMMENT ON VIEW execution.working_orders IS
  'The orders that can still fill, with the quantity that is left, for the risk checks.';

-- prisma/sql/logging/views/event_lines.sql

-- Published view of the log lines about events: what each event of a chain was, and which one caused it.
-- Read by: api, src/sql/chains.ts.
CREATE OR REPLACE VIEW logging.event_lines AS
  SELECT id, event_id, event_type, service, level, "timestamp", message, correlation_id, metadata ->> 'causationId' AS causation_id,
         metadata -> 'data' AS data
    FROM logging.system_logs WHERE event_id IS NOT NULL;

COMMENT ON VIEW logging.event_lines IS
  'Published view of the log lines about events, with what caused each.';

-- prisma/sql/notification/views/alerts.sql

-- Published view of the alerts. Without their recipients: addresses are the affair of notification.
-- Read by: api, src/sql/alerts.ts.
CREATE OR REPLACE VIEW notification.alerts AS
  SELECT alert_id, name, event_type, rule, channel, throttle_seconds, active, created_at, updated_at FROM notification.alert_configs;

COMMENT ON VIEW notification.alerts IS
  'Published view of the alerts, without their recipients.';

-- prisma/sql/notification/views/notifications.sql

-- Published view of what alerts notified of, and whether it went out.
-- Read by: api, src/sql/alerts.ts.
CREATE OR REPLACE VIEW notification.notifications AS
  SELECT id, alert_id, event_type, channel, status, attempts, message, error, correlation_id, occurred_at, created_at, sent_at
    FROM notification.notification_logs;

COMMENT ON VIEW notification.notifications IS
  'Published view of what alerts notified of, and whether it went out.';

-- prisma/sql/risk_management/views/accounts.sql

-- Published view of the accounts: those that were opened or traded, and those that have a limit. P&L is realised and
-- unrealised, after commissions, as the monitor saw it last.
-- Read by: api, src/sql/accounts.ts.
CREATE OR REPLACE VIEW risk_management.accounts AS
  SELECT known.account_id, s.capital, s.trading_day, s.day_open_pnl, s.last_pnl, s.peak_pnl, s.updated_at
    FROM (SELECT account_id FROM risk_management.account_states
          UNION SELECT account_id FROM risk_management.risk_limits) AS known
    LEFT JOIN risk_management.account_states AS s USING (account_id);

COMMENT ON VIEW risk_management.accounts IS
  'Published view of the accounts, with their capital and P&L as the monitor saw it last.';

-- prisma/sql/risk_management/views/events.sql

-- Published view of what risk saw, and how it was resolved. `id` grows in the order in which it was stored.
-- Read by: api, src/sql/risk.ts.
CREATE OR REPLACE VIEW risk_management.events AS
  SELECT id, event_id, account_id, event_type, severity, message, data, correlation_id, created_at, resolved_at, resolved_by, resolution
    FROM risk_management.risk_events;

COMMENT ON VIEW risk_management.events IS
  'Published view of what risk saw, and how it was resolved.';

-- prisma/sql/risk_management/views/limits.sql

-- Published view of the limits of accounts, and of strategies in them, with what was last measured.
-- Read by: api, src/sql/risk.ts.
CREATE OR REPLACE VIEW risk_management.limits AS
  SELECT account_id, nullif(strategy, '') AS strategy, limit_type, limit_value, current_value, active, breached_at
    FROM risk_management.risk_limits;

COMMENT ON VIEW risk_management.limits IS
  'Published view of the limits of accounts, and of strategies in them, with what was last measured.';

-- prisma/sql/risk_management/views/switches.sql

-- Published view of the kill switches, lifted ones too.
-- Read by: api, src/sql/risk.ts.
CREATE OR REPLACE VIEW risk_management.switches AS
  SELECT id, scope, target, level, reason, set_by, set_at, lifted_by, lifted_at FROM risk_management.kill_switches;

COMMENT ON VIEW risk_management.switches IS
  'Published view of the kill switches, lifted ones too.';

-- prisma/sql/risk_management/views/symbol_limits.sql

-- Published view of the limits of accounts in a symbol; `*` is every symbol without its own.
-- Read by: api, src/sql/risk.ts.
CREATE OR REPLACE VIEW risk_management.symbol_limits AS
  SELECT account_id, symbol, max_quantity, max_notional, max_outside_session, breached_at FROM risk_management.position_limits;

COMMENT ON VIEW risk_management.symbol_limits IS
  'Published view of the limits of accounts in a symbol; * is every symbol without its own.';

-- prisma/sql/strategy_engine/views/active_strategies.sql

-- The strategies that trade now, with the parameters in force.
-- Read by: strategy, src/sql/selectActiveStrategies.ts.
CREATE OR REPLACE VIEW strategy_engine.active_strategies AS
  SELECT strategy_id, name, parameters FROM strategy_engine.strategies WHERE status = 'active';

COMMENT ON VIEW strategy_engine.active_strategies IS 'The strategies that trade now, with the parameters in force.';

-- prisma/sql/strategy_engine/views/daily_performance.sql

-- Published view of the performance of each strategy, up to the end of each trading day.
-- Read by: api, src/sql/strategies.ts.
CREATE OR REPLACE VIEW strategy_engine.daily_performance AS
  SELECT strategy_id, date, returns, sharpe_ratio, max_drawdown, total_trades, win_rate FROM strategy_engine.strategy_performance;

COMMENT ON VIEW strategy_engine.daily_performance IS
  'Published view of the performance of each strategy, up to the end of each trading day.';

-- prisma/sql/strategy_engine/views/measured_strategies.sql

-- Published view: every strategy, and whether its performance is still measured. `measured` is true for an active
-- strategy, and for a stopped one whose own fills, net of busts, still add up to a position in some symbol. The
-- position of the account can't be used, because it may include that of another strategy. The fills are only added up
-- for stopped strategies.
-- Read by: strategy, src/sql/selectStrategies.ts, and analytics, src/sql/selectMeasuredStrategies.ts.
CREATE OR REPLACE VIEW strategy_engine.measured_strategies AS
  SELECT s.strategy_id, s.parameters, s.status = 'active' OR EXISTS (
           SELECT FROM execution.fills AS f
            WHERE f.account_id = s.parameters ->> 'accountId' AND f.strategy = s.strategy_id
            GROUP BY f.symbol HAVING sum(CASE f.side WHEN 'buy' THEN f.quantity ELSE -f.quantity END) <> 0) AS measured
    FROM strategy_engine.strategies AS s;

COMMENT ON VIEW strategy_engine.measured_strategies IS
  'Published view: every strategy, and whether its performance is still measured.';

-- prisma/sql/strategy_engine/views/signals.sql

-- Published view of the signals: which signal each strategy gave, on which bar. An audit of a position reads it.
-- Read by: execution, src/sql/positions/readPositionAsOf.ts; api, src/sql/strategies.ts.
CREATE OR REPLACE VIEW strategy_engine.signals AS
  SELECT signal_id, strategy_id, symbol, signal, strength, bar_timestamp, price, data_source,
         id, correlation_id, created_at
    FROM strategy_engine.strategy_signals;

COMMENT ON VIEW strategy_engine.signals IS
  'Published view of the signals: what each strategy signalled, on which bar and at which price.';

-- prisma/sql/strategy_engine/views/stored_strategies.sql

-- Published view of the strategies with the parameters in force and their version.
-- Read by: api, src/sql/strategies.ts.
CREATE OR REPLACE VIEW strategy_engine.stored_strategies AS
  SELECT s.strategy_id, s.name, s.status, s.parameters, c.version, s.created_at, s.updated_at
    FROM strategy_engine.strategies AS s
    LEFT JOIN strategy_engine.strategy_configs AS c ON c.strategy_id = s.strategy_id AND c.active;

COMMENT ON VIEW strategy_engine.stored_strategies IS
  'Published view of the strategies with the parameters in force and their version.';

-- prisma/sql/strategy_engine/views/strategy_versions.sql

-- Published view of every version of the parameters of each strategy.
-- Read by: api, src/sql/strategies.ts.
CREATE OR REPLACE VIEW strategy_engine.strategy_versions AS
  SELECT strategy_id, version, parameters, active, created_at FROM strategy_engine.strategy_configs;

COMMENT ON VIEW strategy_engine.strategy_versions IS
  'Published view of every version of the parameters of each strategy.';

-- prisma/sql/api/checks/keys.sql

ALTER TABLE api.keys ADD CONSTRAINT valid_kind CHECK (kind IN ('key', 'login'));

ALTER TABLE api.keys ADD CONSTRAINT valid_scope CHECK (scope IN ('read', 'trade', 'admin'));

ALTER TABLE api.keys ADD CONSTRAINT valid_hash CHECK (octet_length(secret_hash) = 32);

-- A list that is empty, or that has a null in it, would be read as one thing here and as another there.
ALTER TABLE api.keys ADD CONSTRAINT valid_accounts CHECK (
  cardinality(accounts) > 0 AND array_position(accounts, NULL) IS NULL AND (cardinality(accounts) = 1 OR '*' <> ALL (accounts)));

ALTER TABLE api.keys ADD CONSTRAINT revoked_by_someone CHECK ((revoked_at IS NULL) = (revoked_by IS NULL));

-- prisma/sql/data_ingestion/checks/bar_revisions.sql

ALTER TABLE data_ingestion.bar_revisions ADD CONSTRAINT valid_known CHECK (known_from < known_until);

-- prisma/sql/data_ingestion/checks/corporate_actions.sql

ALTER TABLE data_ingestion.corporate_actions ADD CONSTRAINT valid_type CHECK (
  type IN ('split', 'cash_dividend', 'special_dividend', 'symbol_change', 'spin_off', 'merger'));

ALTER TABLE data_ingestion.corporate_actions ADD CONSTRAINT valid_action_status CHECK (status IN ('active', 'cancelled'));

ALTER TABLE data_ingestion.corporate_actions ADD CONSTRAINT valid_action_source CHECK (
  source IN ('yahoo', 'polygon', 'alpaca', 'file', 'manual'));

-- What each type must have, and nothing else. An action that was cancelled before anybody told of it has no terms.
ALTER TABLE data_ingestion.corporate_actions ADD CONSTRAINT valid_terms CHECK (
  (numerator IS NULL) = (denominator IS NULL) AND (type = 'split' OR numerator IS NULL)
  AND (type IN ('cash_dividend', 'special_dividend') OR amount IS NULL) AND (type = 'symbol_change' OR new_symbol IS NULL)
  AND (status = 'cancelled' OR CASE type WHEN 'split' THEN numerator IS NOT NULL WHEN 'symbol_change' THEN new_symbol IS NOT NULL
    WHEN 'cash_dividend' THEN amount IS NOT NULL WHEN 'special_dividend' THEN amount IS NOT NULL ELSE true END)
  AND coalesce(numerator > 0 AND denominator > 0 AND numerator <> denominator, true)
  AND (amount IS NULL) = (currency IS NULL) AND coalesce(amount > 0, true)
  AND coalesce(new_symbol <> symbol, true));

ALTER TABLE data_ingestion.corporate_actions ADD CONSTRAINT valid_action_id CHECK (
  action_id = symbol || ':' || type || ':' || to_char(ex_date::timestamp, 'YYYY-MM-DD') AND version > 0);

-- prisma/sql/data_ingestion/checks/data_quality_logs.sql

ALTER TABLE data_ingestion.data_quality_logs ADD CONSTRAINT valid_status CHECK (status IN ('pass', 'warning', 'fail'));

-- prisma/sql/data_ingestion/checks/ingestion_status.sql

ALTER TABLE data_ingestion.ingestion_status ADD CONSTRAINT valid_status CHECK (status IN ('idle', 'running', 'completed', 'failed'));

ALTER TABLE data_ingestion.ingestion_status ADD CONSTRAINT valid_row_count CHECK (row_count >= 0);

-- prisma/sql/data_ingestion/checks/market_data.sql

ALTER TABLE data_ingestion.market_data ADD CONSTRAINT valid_prices CHECK (
    low > 0 AND low <= open AND low <= close AND high >= open AND high >= close AND high >= low AND high < 'NaN');

ALTER TABLE data_ingestion.market_data ADD CONSTRAINT valid_volume CHECK (volume >= 0);

-- The list repeats the usual series, which the pattern allows too, because comparing names is fast: PostgreSQL compiles the
-- pattern again for every row, which took a quarter to a half of the time of loading bars.
ALTER TABLE data_ingestion.market_data ADD CONSTRAINT valid_data_source CHECK (
    data_source IN ('polygon', 'yahoo', 'yahoo_adjusted', 'alpaca', 'polygon_1m', 'alpaca_1m', 'yahoo_1m',
                    'polygon_5m', 'alpaca_5m', 'yahoo_5m', 'polygon_1h', 'alpaca_1h', 'yahoo_1h',
                    'polygon_15m', 'alpaca_15m', 'yahoo_15m', 'polygon_30m', 'alpaca_30m', 'yahoo_30m', 'polygon_raw', 'polygon_raw_1m')
    OR data_source ~ '^(polygon|yahoo|alpaca|alpha_vantage|iex|quandl|stooq|kibot|binance|nasdaq|investing|kaggle)(_raw|_adjusted)?(_[1-9][0-9]?[mhw])?$');

ALTER TABLE data_ingestion.market_data ADD CONSTRAINT valid_symbol CHECK (symbol <> '');

-- prisma/sql/execution/checks/cash_transfers.sql

-- Which ledger accounts each kind moves money between.
ALTER TABLE execution.cash_transfers ADD CONSTRAINT valid_transfer CHECK (
  amount <> 0 AND abs(amount) < 'NaN' AND (kind, debit, credit) IN (
    ('opening', 'cash', 'external'), ('deposit', 'cash', 'external'), ('withdrawal', 'external', 'cash'),
    ('interest', 'cash', 'interest'), ('fee', 'fees', 'cash'), ('tax', 'taxes', 'cash'),
    ('dividend', 'receivable', 'dividends'), ('dividend_payment', 'cash', 'receivable'))
  AND (kind IN ('dividend', 'dividend_payment')) = (action_id IS NOT NULL) AND (action_id IS NULL) = (symbol IS NULL));

-- prisma/sql/execution/checks/execution_names.sql

ALTER TABLE execution.execution_names ADD CONSTRAINT valid_source CHECK ("source" IN ('stream', 'history'));

-- prisma/sql/execution/checks/orders.sql

ALTER TABLE execution.orders ADD CONSTRAINT valid_quantity CHECK (quantity > 0 AND quantity < 'NaN');

ALTER TABLE execution.orders ADD CONSTRAINT valid_fill_state CHECK (execution.filled_fits(status, quantity, filled_quantity, busted_quantity, avg_fill_price));

ALTER TABLE execution.orders ADD CONSTRAINT valid_order_prices CHECK (execution.prices_fit(order_type, price, stop_price));

-- prisma/sql/execution/checks/position_adjustments.sql

ALTER TABLE execution.position_adjustments ADD CONSTRAINT valid_ratio CHECK (numerator > 0 AND denominator > 0);

-- prisma/sql/execution/checks/positions.sql

ALTER TABLE execution.positions ADD CONSTRAINT valid_avg_price CHECK (avg_price >= 0 AND avg_price < 'NaN');

ALTER TABLE execution.positions ADD CONSTRAINT flat_costs_nothing CHECK (quantity <> 0 OR (cost_basis = 0 AND avg_price = 0));

ALTER TABLE execution.positions ADD CONSTRAINT cost_has_the_side_of_quantity CHECK (sign(cost_basis) = sign(quantity) OR cost_basis = 0);

-- prisma/sql/execution/checks/trades.sql

ALTER TABLE execution.trades ADD CONSTRAINT valid_quantity CHECK (quantity > 0 AND quantity < 'NaN');

ALTER TABLE execution.trades ADD CONSTRAINT valid_price CHECK (price > 0 AND price < 'NaN');

ALTER TABLE execution.trades ADD CONSTRAINT valid_commission CHECK (commission < 'NaN');

-- Also limits `kind` to fill and bust. An IN list would build an array first.
ALTER TABLE execution.trades ADD CONSTRAINT valid_kind CHECK (
  kind = CASE WHEN corrects_trade_id IS NULL THEN 'fill' ELSE 'bust' END);

-- prisma/sql/logging/checks/system_logs.sql

ALTER TABLE logging.system_logs ADD CONSTRAINT valid_level CHECK (level IN ('trace', 'debug', 'info', 'warn', 'error', 'fatal'));

-- prisma/sql/notification/checks/alert_configs.sql

ALTER TABLE notification.alert_configs ADD CONSTRAINT valid_throttle CHECK (throttle_seconds >= 0);

-- prisma/sql/notification/checks/notification_logs.sql

ALTER TABLE notification.notification_logs ADD CONSTRAINT valid_status CHECK (status IN ('pending', 'sent', 'throttled', 'failed'));

ALTER TABLE notification.notification_logs ADD CONSTRAINT valid_attempts CHECK (attempts >= 0);

-- prisma/sql/risk_management/checks/account_states.sql

ALTER TABLE risk_management.account_states ADD CONSTRAINT valid_capital CHECK (abs(capital) < 'NaN');

-- prisma/sql/risk_management/checks/kill_switches.sql

ALTER TABLE risk_management.kill_switches ADD CONSTRAINT valid_scope CHECK (scope IN ('all', 'account', 'strategy', 'symbol') AND (scope = 'all') = (target = ''));

ALTER TABLE risk_management.kill_switches ADD CONSTRAINT valid_level CHECK (level IN ('reduce_only', 'halt'));

ALTER TABLE risk_management.kill_switches ADD CONSTRAINT valid_reason CHECK (reason <> '' AND set_by <> '');

ALTER TABLE risk_management.kill_switches ADD CONSTRAINT lifted_by_someone CHECK ((lifted_at IS NULL) = (lifted_by IS NULL));

-- prisma/sql/risk_management/checks/position_limits.sql

ALTER TABLE risk_management.position_limits ADD CONSTRAINT valid_limits CHECK (
    (max_quantity IS NOT NULL OR max_notional IS NOT NULL OR max_outside_session IS NOT NULL)
    AND coalesce(max_quantity, 0) BETWEEN 0 AND 99999999999 AND coalesce(max_notional, 0) >= 0 AND coalesce(max_notional, 0) < 'NaN');

ALTER TABLE risk_management.position_limits ADD CONSTRAINT valid_max_outside_session CHECK (max_outside_session >= 0 AND max_outside_session < 'NaN');

-- prisma/sql/risk_management/checks/risk_events.sql

ALTER TABLE risk_management.risk_events ADD CONSTRAINT valid_severity CHECK (severity IN ('info', 'warning', 'critical'));

-- Who resolved a risk event, and how. Both are null where the monitor resolved it, because the limit was kept again.
ALTER TABLE risk_management.risk_events ADD CONSTRAINT resolver_only_where_resolved CHECK (resolved_at IS NOT NULL OR (resolved_by IS NULL AND resolution IS NULL));

-- prisma/sql/risk_management/checks/risk_limits.sql

ALTER TABLE risk_management.risk_limits ADD CONSTRAINT valid_limit_value CHECK (limit_value >= 0 AND limit_value < 'NaN');

-- The names of LIMIT_TYPES in packages/risk/src/limitTypes.ts, which gives what each one limits and its unit.
ALTER TABLE risk_management.risk_limits ADD CONSTRAINT valid_limit_type CHECK (limit_type IN (
  'max_order_quantity', 'max_order_notional', 'price_collar', 'max_gross_exposure', 'max_daily_loss', 'max_drawdown',
  'duplicate_window', 'max_orders_per_minute', 'max_price_age', 'max_outside_session', 'max_decision_age',
  'max_buying_power'));

ALTER TABLE risk_management.risk_limits ADD CONSTRAINT valid_strategy_limit CHECK (
  strategy = '' OR limit_type IN ('max_order_quantity', 'max_order_notional', 'price_collar', 'max_outside_session',
    'max_decision_age'));

-- prisma/sql/strategy_engine/checks/strategies.sql

ALTER TABLE strategy_engine.strategies ADD CONSTRAINT valid_status CHECK (status IN ('active', 'inactive', 'paused'));

-- prisma/sql/strategy_engine/checks/strategy_configs.sql

ALTER TABLE strategy_engine.strategy_configs ADD CONSTRAINT valid_version CHECK (version > 0);

-- prisma/sql/strategy_engine/checks/strategy_performance.sql

ALTER TABLE strategy_engine.strategy_performance ADD CONSTRAINT valid_returns CHECK (returns >= -1 AND returns < 'NaN');

ALTER TABLE strategy_engine.strategy_performance ADD CONSTRAINT valid_max_drawdown CHECK (max_drawdown BETWEEN -1 AND 0);

ALTER TABLE strategy_engine.strategy_performance ADD CONSTRAINT valid_sharpe_ratio CHECK (sharpe_ratio < 'NaN');

ALTER TABLE strategy_engine.strategy_performance ADD CONSTRAINT valid_win_rate CHECK (win_rate BETWEEN 0 AND 100);

ALTER TABLE strategy_engine.strategy_performance ADD CONSTRAINT valid_total_trades CHECK (total_trades >= 0);

-- prisma/sql/strategy_engine/checks/strategy_signals.sql

ALTER TABLE strategy_engine.strategy_signals ADD CONSTRAINT valid_signal CHECK (signal IN ('buy', 'sell', 'hold'));

ALTER TABLE strategy_engine.strategy_signals ADD CONSTRAINT valid_strength CHECK (strength BETWEEN 0 AND 1);

ALTER TABLE strategy_engine.strategy_signals ADD CONSTRAINT valid_price CHECK (price > 0 AND price < 'NaN');

-- prisma/sql/event_bus/indexes/outbox.sql

-- A replay finds its start by publishing time. BRIN costs almost nothing when publishing, because the log grows in that order.
CREATE INDEX outbox_published_at_idx ON event_bus.outbox USING brin (published_at) WITH (autosummarize = on);

-- prisma/sql/execution/indexes/execution_names.sql

ALTER TABLE execution.execution_names
  ADD CONSTRAINT execution_names_account_id_source_execution_id_key UNIQUE (account_id, source, execution_id);

-- prisma/sql/execution/indexes/orders.sql

-- Working orders are few compared with finished ones: reading only them must not slow down as history grows.
CREATE INDEX orders_working_symbol ON execution.orders (symbol) WHERE status IN ('pending', 'submitted', 'partially_filled');

CREATE INDEX orders_working_account ON execution.orders (account_id, symbol) WHERE status IN ('pending', 'submitted', 'partially_filled');

-- A broker's order is one of ours at most. A fill that names only the broker's id is looked up with this index.
CREATE UNIQUE INDEX orders_broker_order_id ON execution.orders (account_id, broker_order_id) WHERE broker_order_id IS NOT NULL;

ALTER TABLE execution.orders ADD CONSTRAINT orders_replaces_order_id_key UNIQUE (replaces_order_id);

-- prisma/sql/execution/indexes/positions.sql

ALTER TABLE execution.positions ADD CONSTRAINT unique_account_symbol UNIQUE (account_id, symbol);

-- prisma/sql/execution/indexes/trades.sql

CREATE UNIQUE INDEX trades_one_chain ON execution.trades (account_id, symbol, position_seq) WHERE position_seq > 0;

ALTER TABLE execution.trades ADD CONSTRAINT trades_corrects_trade_id_key UNIQUE (corrects_trade_id);

-- prisma/sql/risk_management/indexes/kill_switches.sql

CREATE UNIQUE INDEX kill_switches_one_active ON risk_management.kill_switches (scope, target) WHERE lifted_at IS NULL;

-- prisma/sql/strategy_engine/indexes/strategy_configs.sql

CREATE UNIQUE INDEX strategy_configs_one_active ON strategy_engine.strategy_configs (strategy_id) WHERE active;

-- prisma/sql/data_ingestion/triggers/bar_revisions.sql

CREATE OR REPLACE TRIGGER append_only BEFORE UPDATE OR TRUNCATE ON data_ingestion.bar_revisions
  FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

-- prisma/sql/data_ingestion/triggers/corporate_actions.sql

CREATE OR REPLACE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON data_ingestion.corporate_actions
  FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

-- prisma/sql/data_ingestion/triggers/ingestion_status.sql

CREATE OR REPLACE TRIGGER set_updated_at BEFORE UPDATE ON data_ingestion.ingestion_status FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();

-- prisma/sql/data_ingestion/triggers/market_data.sql

CREATE OR REPLACE TRIGGER keep_bar_revisions AFTER UPDATE ON data_ingestion.market_data
  REFERENCING OLD TABLE AS was NEW TABLE AS is_now
  FOR EACH STATEMENT EXECUTE FUNCTION data_ingestion.keep_bar_revisions();

-- prisma/sql/event_bus/triggers/consumer_groups.sql

CREATE OR REPLACE TRIGGER set_updated_at BEFORE UPDATE ON event_bus.consumer_groups FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();

-- prisma/sql/execution/triggers/cash_accounts.sql

CREATE CONSTRAINT TRIGGER account_equals_its_transfers AFTER INSERT OR UPDATE ON execution.cash_accounts
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION execution.judge_cash();

-- prisma/sql/execution/triggers/cash_transfers.sql

CREATE OR REPLACE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON execution.cash_transfers
  FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE CONSTRAINT TRIGGER account_equals_its_transfers AFTER INSERT ON execution.cash_transfers
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION execution.judge_cash();

-- prisma/sql/execution/triggers/execution_logs.sql

CREATE OR REPLACE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON execution.execution_logs
  FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

-- prisma/sql/execution/triggers/orders.sql

CREATE OR REPLACE TRIGGER set_updated_at BEFORE UPDATE ON execution.orders FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();

CREATE OR REPLACE TRIGGER check_order_transition BEFORE UPDATE OF status ON execution.orders
  FOR EACH ROW WHEN (OLD.status IS DISTINCT FROM NEW.status) EXECUTE FUNCTION execution.check_order_transition();

CREATE CONSTRAINT TRIGGER order_equals_its_trades AFTER UPDATE OF filled_quantity, busted_quantity, avg_fill_price ON execution.orders
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION execution.judge_order();

CREATE CONSTRAINT TRIGGER new_order_equals_its_trades AFTER INSERT ON execution.orders
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.filled_quantity <> 0 OR NEW.busted_quantity <> 0)
  EXECUTE FUNCTION execution.judge_order();

-- prisma/sql/execution/triggers/position_adjustments.sql

CREATE OR REPLACE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON execution.position_adjustments
  FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE CONSTRAINT TRIGGER adjustment_follows_its_chain AFTER INSERT ON execution.position_adjustments
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION execution.judge_adjustment();

-- prisma/sql/execution/triggers/positions.sql

CREATE CONSTRAINT TRIGGER position_equals_its_trades
  AFTER INSERT OR UPDATE OF account_id, symbol, quantity, cost_basis, avg_price, realized_pnl, trade_count ON execution.positions
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION execution.judge_position();

-- prisma/sql/execution/triggers/trades.sql

CREATE OR REPLACE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON execution.trades
  FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE CONSTRAINT TRIGGER trade_follows_its_chain AFTER INSERT ON execution.trades
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION execution.judge_trade();

-- prisma/sql/notification/triggers/alert_configs.sql

CREATE OR REPLACE TRIGGER set_updated_at BEFORE UPDATE ON notification.alert_configs FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();

-- prisma/sql/risk_management/triggers/account_states.sql

CREATE OR REPLACE TRIGGER set_updated_at BEFORE UPDATE ON risk_management.account_states
  FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();

-- prisma/sql/risk_management/triggers/position_limits.sql

CREATE OR REPLACE TRIGGER set_updated_at BEFORE UPDATE ON risk_management.position_limits FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();

-- prisma/sql/risk_management/triggers/risk_limits.sql

CREATE OR REPLACE TRIGGER set_updated_at BEFORE UPDATE ON risk_management.risk_limits FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();

-- prisma/sql/strategy_engine/triggers/strategies.sql

CREATE OR REPLACE TRIGGER set_updated_at BEFORE UPDATE ON strategy_engine.strategies FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();

-- Only one active strategy may trade a symbol in an account.
CREATE OR REPLACE TRIGGER one_strategy_a_market BEFORE INSERT OR UPDATE OF status, parameters ON strategy_engine.strategies
  FOR EACH ROW WHEN (NEW.status = 'active') EXECUTE FUNCTION strategy_engine.refuse_second_strategy();

-- prisma/sql/strategy_engine/triggers/strategy_configs.sql

-- Only `active`, which marks the version in force, may change.
CREATE OR REPLACE TRIGGER versions_are_never_edited BEFORE UPDATE OF strategy_id, version, parameters, created_at
  ON strategy_engine.strategy_configs FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

-- prisma/sql/event_bus/policies/consumer_groups.sql

ALTER TABLE event_bus.consumer_groups ENABLE ROW LEVEL SECURITY;

CREATE POLICY own_groups ON event_bus.consumer_groups USING (split_part(consumer_group, '.', 1) = event_bus.current_service());

CREATE POLICY bus_keeps_it ON event_bus.consumer_groups TO trading_event_bus USING (true);

-- prisma/sql/event_bus/policies/dead_letters.sql

ALTER TABLE event_bus.dead_letters ENABLE ROW LEVEL SECURITY;

CREATE POLICY own_groups ON event_bus.dead_letters USING (split_part(consumer_group, '.', 1) = event_bus.current_service());

CREATE POLICY bus_keeps_it ON event_bus.dead_letters TO trading_event_bus USING (true);

-- prisma/sql/event_bus/policies/inbox.sql

ALTER TABLE event_bus.inbox ENABLE ROW LEVEL SECURITY;

CREATE POLICY own_groups ON event_bus.inbox USING (split_part(consumer_group, '.', 1) = event_bus.current_service());

CREATE POLICY bus_keeps_it ON event_bus.inbox TO trading_event_bus USING (true);

-- prisma/sql/event_bus/policies/outbox.sql

ALTER TABLE event_bus.outbox ENABLE ROW LEVEL SECURITY;

-- A service publishes under its own name, and only the types that the catalogue gives it: consumers act on the type.
CREATE POLICY publish_as_itself ON event_bus.outbox FOR INSERT WITH CHECK (
  current_user = 'trading_' || service
  AND EXISTS (SELECT FROM event_bus.event_types t WHERE t.type = event_type AND t.publisher = service));

CREATE POLICY read_all ON event_bus.outbox FOR SELECT USING (true);

CREATE POLICY bus_keeps_it ON event_bus.outbox FOR ALL TO trading_event_bus USING (true) WITH CHECK (true);

-- prisma/sql/event_bus/policies/parked_events.sql

ALTER TABLE event_bus.parked_events ENABLE ROW LEVEL SECURITY;

CREATE POLICY own_groups ON event_bus.parked_events USING (split_part(consumer_group, '.', 1) = event_bus.current_service());

CREATE POLICY bus_keeps_it ON event_bus.parked_events TO trading_event_bus USING (true);

-- prisma/sql/data_ingestion/functions/unexplained_ratio.sql

-- Published function: the ratio by which the last bars of a series up to a moment were rewritten (see common_ratio), where
-- no split with a later ex-date explains it; null where one does, or where nothing was rewritten. A split that somebody
-- cancelled explains any ratio: it says that there was none.
-- Called by: execution.mark_positions, and analytics, src/sql/selectUnitChanges.ts.
CREATE OR REPLACE FUNCTION data_ingestion.unexplained_ratio(p_symbol text, p_data_source text, p_until timestamptz)
RETURNS numeric LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT c.ratio FROM (SELECT data_ingestion.common_ratio(p_symbol, p_data_source, p_until) AS ratio) AS c
   WHERE c.ratio IS NOT NULL
     AND NOT EXISTS (
       SELECT FROM data_ingestion.actions AS k
        WHERE k.symbol = p_symbol AND k.type = 'split' AND k.ex_date > (p_until AT TIME ZONE 'America/New_York')::date
          AND (k.status = 'cancelled' OR abs(c.ratio * k.numerator / k.denominator - 1) < 0.01))
$$;

COMMENT ON FUNCTION data_ingestion.unexplained_ratio IS
  'Published function: the ratio by which the last bars of a series were rewritten without a known split; null where there is none.';

-- prisma/sql/execution/functions/position_payload.sql

-- The data of the event `position_updated`, for a position that a fill, a bust, a mark or a split changed. This is the only
-- place where it is written.
-- Called by: publish_trade, mark_positions, forget_bars and restate_position. Inlined.
CREATE OR REPLACE FUNCTION execution.position_payload(p execution.positions, p_as_of timestamptz, p_cause text)
RETURNS jsonb LANGUAGE sql STABLE AS $$
  SELECT jsonb_object(ARRAY[
    'accountId', p.account_id, 'symbol', p.symbol, 'quantity', p.quantity::text, 'avgPrice', p.avg_price::text,
    'realizedPnl', p.realized_pnl::text, 'unrealizedPnl', p.unrealized_pnl::text, 'marketValue', p.market_value::text,
    'markPrice', p.mark_price::text, 'asOf', execution.utc_text(p_as_of), 'cause', p_cause])
$$;

COMMENT ON FUNCTION execution.position_payload IS 'The data of the event position_updated for a position.';

-- prisma/sql/execution/functions/trade_payload.sql

-- The data of the event `trade_executed`, for a booked trade, a fill or a bust. This is the only place where it is
-- written.
-- Called by: publish_trade. Inlined.
CREATE OR REPLACE FUNCTION execution.trade_payload(t execution.trades) RETURNS jsonb LANGUAGE sql STABLE AS $$
  SELECT jsonb_object(ARRAY[
    'tradeId', t.trade_id, 'executionId', t.execution_id, 'orderId', t.order_id, 'accountId', t.account_id,
    'symbol', t.symbol, 'side', t.side::text, 'quantity', trim_scale(t.quantity)::text,
    'price', trim_scale(t.price)::text, 'commission', trim_scale(t.commission)::text,
    'realizedPnl', t.realized_pnl::text, 'executedAt', execution.utc_text(t.executed_at), 'strategyId', t.strategy])
$$;

COMMENT ON FUNCTION execution.trade_payload IS 'The data of the event trade_executed for a trade.';

-- prisma/sql/risk_management/functions/exposure.sql

-- What the risk checks need to know of an account: the position in a symbol, how much of it the working orders may
-- still buy and sell, the price that it is valued at, the worst value of all other symbols, and the P&L of the account,
-- dividends, interest and fees included.
-- The worst value of a symbol is that of its position after all its buys, or all its sells, have filled.
-- One statement and so one snapshot: between two statements, a fill could move shares from an order to a position.
-- Called by: reserve_order. Inlined into its statements.
CREATE OR REPLACE FUNCTION risk_management.exposure(p_account_id text, p_symbol text)
RETURNS TABLE (held numeric, buys numeric, sells numeric, price numeric, others numeric, pnl numeric)
LANGUAGE sql STABLE AS $$
  SELECT coalesce(sum(s.held) FILTER (WHERE s.symbol = p_symbol), 0),
         coalesce(sum(s.buys) FILTER (WHERE s.symbol = p_symbol), 0),
         coalesce(sum(s.sells) FILTER (WHERE s.symbol = p_symbol), 0),
         max(s.price) FILTER (WHERE s.symbol = p_symbol),
         coalesce(sum(greatest(abs(s.held + s.buys), abs(s.held - s.sells)) * s.price)
                    FILTER (WHERE s.symbol <> p_symbol), 0),
         coalesce(sum(s.pnl), 0)
           + coalesce((SELECT c.other_income FROM execution.account_cash AS c WHERE c.account_id = p_account_id), 0)
    FROM (SELECT e.symbol, sum(e.held) AS held, sum(e.buys) AS buys, sum(e.sells) AS sells, max(e.price) AS price,
                 sum(e.pnl) AS pnl
            FROM (SELECT h.symbol, h.quantity AS held, 0 AS buys, 0 AS sells, coalesce(h.mark_price, h.avg_price) AS price,
                         h.realized_pnl + coalesce(h.quantity * h.mark_price - h.cost_basis, 0) AS pnl
                    FROM execution.holdings AS h WHERE h.account_id = p_account_id
                  UNION ALL
                  SELECT w.symbol, 0, CASE w.side WHEN 'buy' THEN w.leaves ELSE 0 END,
                         CASE w.side WHEN 'sell' THEN w.leaves ELSE 0 END,
                         greatest(w.reference_price, w.price, w.stop_price), 0
                    FROM execution.working_orders AS w WHERE w.account_id = p_account_id) AS e
           GROUP BY e.symbol) AS s
$$;

COMMENT ON FUNCTION risk_management.exposure IS
  'An account''s exposure for the check of an order: position and working orders of a symbol, worst value of all other symbols, P&L.';

-- prisma/sql/risk_management/functions/last_price.sql

-- The last close of a series at or before a time, and the start of that bar. No row where there is none within 366
-- days.
-- Called by: reserve_order. Inlined into its statements.
CREATE OR REPLACE FUNCTION risk_management.last_price(p_symbol text, p_data_source text, p_at timestamptz)
RETURNS TABLE (close numeric, at timestamptz) LANGUAGE sql STABLE AS $$
  SELECT b.close, b."timestamp" FROM data_ingestion.bars AS b
   WHERE b.symbol = p_symbol AND b.data_source = p_data_source
     AND b."timestamp" <= p_at AND b."timestamp" > p_at - interval '366 days'
   ORDER BY b."timestamp" DESC LIMIT 1
$$;

COMMENT ON FUNCTION risk_management.last_price IS
  'The last close of a series at or before a time, and the start of that bar; no row where there is none within 366 days.';

-- prisma/sql/risk_management/functions/orders_in_minute.sql

-- How many orders an account makes in the minute before a decision, this one included. It stops counting above
-- `p_most`.
-- Called by: reserve_order. Inlined into its statements.
CREATE OR REPLACE FUNCTION risk_management.orders_in_minute(p_account_id text, p_decided_at timestamptz, p_most numeric)
RETURNS TABLE (orders bigint) LANGUAGE sql STABLE AS $$
  SELECT count(*) + 1
    FROM (SELECT FROM execution.placed_orders AS x
           WHERE x.account_id = p_account_id AND x.decided_at > p_decided_at - interval '1 minute'
             AND x.decided_at <= p_decided_at LIMIT p_most::bigint + 1) AS recent
$$;

COMMENT ON FUNCTION risk_management.orders_in_minute IS
  'How many orders an account makes in the minute before a decision, this one included; counts to a little above p_most.';

-- prisma/sql/risk_management/functions/same_order.sql

-- An order with the same content that was decided less than `p_window` seconds before or after; no row where there is
-- none.
-- Called by: reserve_order. Inlined into its statements.
CREATE OR REPLACE FUNCTION risk_management.same_order(
  p_account_id text, p_symbol text, p_side text, p_order_type text, p_quantity numeric, p_price numeric, p_stop_price numeric,
  p_decided_at timestamptz, p_window numeric)
RETURNS TABLE (order_id text, seconds_away numeric) LANGUAGE sql STABLE AS $$
  SELECT x.order_id::text, abs(extract(epoch FROM p_decided_at - x.decided_at))
    FROM execution.placed_orders AS x
   WHERE x.account_id = p_account_id AND x.symbol = p_symbol AND x.side::text = p_side AND x.order_type::text = p_order_type
     AND x.quantity = p_quantity AND x.price IS NOT DISTINCT FROM p_price
     AND x.stop_price IS NOT DISTINCT FROM p_stop_price AND x.status <> 'rejected'
     AND x.decided_at > p_decided_at - make_interval(secs => p_window::float8)
     AND x.decided_at < p_decided_at + make_interval(secs => p_window::float8)
   LIMIT 1
$$;

COMMENT ON FUNCTION risk_management.same_order IS
  'An equal order that was decided within a window of seconds before or after; no row where there is none.';

-- prisma/sql/_after/event_types.sql

-- Written by `npx trading sql` from packages/model/src/events/catalogue.ts: edit that, never this.
INSERT INTO event_bus.event_types (type, publisher, version) VALUES
  ('market_data_updated', 'ingestion', 1),
  ('data_quality_failed', 'ingestion', 1),
  ('corporate_action_updated', 'ingestion', 1),
  ('signal_generated', 'strategy', 1),
  ('order_updated', 'execution', 1),
  ('trade_executed', 'execution', 1),
  ('position_updated', 'execution', 1),
  ('cash_updated', 'execution', 1),
  ('risk_event_raised', 'risk', 1),
  ('performance_updated', 'analytics', 1),
  ('alert_sent', 'notification', 1)
ON CONFLICT (type, publisher) DO UPDATE SET version = excluded.version WHERE event_types.version <> excluded.version;

-- prisma/sql/_after/first_partitions.sql

-- The last outbox partition has no upper bound, so that publishing always finds a partition.
CREATE TABLE event_bus_partitions.outbox_0 PARTITION OF event_bus.outbox FOR VALUES FROM (0) TO (MAXVALUE);

SELECT data_ingestion.ensure_market_data_partitions('2000-01-01Z', '2030-12-31Z');

-- prisma/sql/_after/grants.sql

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
