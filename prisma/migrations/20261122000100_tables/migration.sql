-- Every table and enum, as `prisma migrate diff` writes them from prisma/schema; by hand only the partitioning of
-- market_data and the two named UNIQUE constraints.

-- CreateSchema
CREATE SCHEMA IF NOT EXISTS "analytics";

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

    CONSTRAINT "unique_symbol_timestamp_source" UNIQUE ("symbol", "timestamp", "data_source")
) PARTITION BY RANGE ("timestamp");

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
);

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

    CONSTRAINT "consumer_groups_pkey" PRIMARY KEY ("consumer_group")
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
    "resolved_at" TIMESTAMPTZ(6),

    CONSTRAINT "dead_letters_pkey" PRIMARY KEY ("id")
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

    CONSTRAINT "positions_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "unique_account_symbol" UNIQUE ("account_id", "symbol")
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

    CONSTRAINT "notification_logs_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "risk_management"."risk_limits" (
    "id" BIGSERIAL NOT NULL,
    "account_id" VARCHAR(50) NOT NULL,
    "limit_type" VARCHAR(50) NOT NULL,
    "limit_value" DECIMAL(20,4) NOT NULL,
    "current_value" DECIMAL(20,4),
    "active" BOOLEAN NOT NULL DEFAULT true,
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,

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

    CONSTRAINT "risk_events_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "risk_management"."position_limits" (
    "id" BIGSERIAL NOT NULL,
    "account_id" VARCHAR(50) NOT NULL,
    "symbol" VARCHAR(20) NOT NULL,
    "max_quantity" DECIMAL(15,4),
    "max_notional" DECIMAL(20,4),
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "position_limits_pkey" PRIMARY KEY ("id")
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
    "correlation_id" VARCHAR(100),
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

-- CreateIndex
CREATE UNIQUE INDEX "performance_metrics_strategy_id_account_id_metric_date_key" ON "analytics"."performance_metrics"("strategy_id", "account_id", "metric", "date");

-- CreateIndex
CREATE UNIQUE INDEX "reports_report_id_key" ON "analytics"."reports"("report_id");

-- CreateIndex
CREATE INDEX "analytics_cache_expires_at_idx" ON "analytics"."analytics_cache"("expires_at");

-- CreateIndex
CREATE INDEX "data_quality_logs_symbol_data_source_created_at_idx" ON "data_ingestion"."data_quality_logs"("symbol", "data_source", "created_at" DESC);

-- CreateIndex
CREATE UNIQUE INDEX "ingestion_status_symbol_data_source_key" ON "data_ingestion"."ingestion_status"("symbol", "data_source");

-- CreateIndex
CREATE UNIQUE INDEX "dead_letters_consumer_group_event_id_key" ON "event_bus"."dead_letters"("consumer_group", "event_id");

-- CreateIndex
CREATE UNIQUE INDEX "orders_order_id_key" ON "execution"."orders"("order_id");

-- CreateIndex
CREATE INDEX "orders_account_id_symbol_idx" ON "execution"."orders"("account_id", "symbol");

-- CreateIndex
CREATE UNIQUE INDEX "trades_trade_id_key" ON "execution"."trades"("trade_id");

-- CreateIndex
CREATE INDEX "trades_account_id_symbol_executed_at_idx" ON "execution"."trades"("account_id", "symbol", "executed_at");

-- CreateIndex
CREATE INDEX "trades_order_id_idx" ON "execution"."trades"("order_id");

-- CreateIndex
CREATE UNIQUE INDEX "trades_account_id_execution_id_key" ON "execution"."trades"("account_id", "execution_id");

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
CREATE INDEX "notification_logs_alert_id_sent_at_idx" ON "notification"."notification_logs"("alert_id", "sent_at" DESC);

-- CreateIndex
CREATE UNIQUE INDEX "notification_logs_alert_id_event_id_key" ON "notification"."notification_logs"("alert_id", "event_id");

-- CreateIndex
CREATE UNIQUE INDEX "risk_limits_account_id_limit_type_key" ON "risk_management"."risk_limits"("account_id", "limit_type");

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

-- AddForeignKey
ALTER TABLE "execution"."trades" ADD CONSTRAINT "trades_order_id_fkey" FOREIGN KEY ("order_id") REFERENCES "execution"."orders"("order_id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "execution"."execution_logs" ADD CONSTRAINT "execution_logs_order_id_fkey" FOREIGN KEY ("order_id") REFERENCES "execution"."orders"("order_id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "notification"."notification_logs" ADD CONSTRAINT "notification_logs_alert_id_fkey" FOREIGN KEY ("alert_id") REFERENCES "notification"."alert_configs"("alert_id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "strategy_engine"."strategy_signals" ADD CONSTRAINT "strategy_signals_strategy_id_fkey" FOREIGN KEY ("strategy_id") REFERENCES "strategy_engine"."strategies"("strategy_id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "strategy_engine"."strategy_performance" ADD CONSTRAINT "strategy_performance_strategy_id_fkey" FOREIGN KEY ("strategy_id") REFERENCES "strategy_engine"."strategies"("strategy_id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "strategy_engine"."strategy_configs" ADD CONSTRAINT "strategy_configs_strategy_id_fkey" FOREIGN KEY ("strategy_id") REFERENCES "strategy_engine"."strategies"("strategy_id") ON DELETE RESTRICT ON UPDATE CASCADE;

