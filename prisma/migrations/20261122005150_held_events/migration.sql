-- Events that a group has passed without having handled them, whole: those that failed and are to be tried again, and
-- what follows them in their key. Attempts are counted here before they are made, so that one which ends its process
-- counts too.
CREATE TABLE "event_bus"."held_events" (
    "consumer_group" VARCHAR(100) NOT NULL,
    "key" VARCHAR(200) NOT NULL,
    "xid" BIGINT NOT NULL,
    "id" BIGINT NOT NULL,
    "event_id" UUID NOT NULL,
    "event" JSONB NOT NULL,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "error" TEXT,
    "stack" TEXT,
    "held_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "held_events_pkey" PRIMARY KEY ("consumer_group","key","xid","id")
);
CREATE UNIQUE INDEX "held_events_consumer_group_event_id_key" ON "event_bus"."held_events"("consumer_group", "event_id");

GRANT SELECT, INSERT, UPDATE, DELETE ON event_bus.held_events TO
  trading_ingestion, trading_strategy, trading_execution, trading_risk, trading_analytics, trading_notification, trading_logging,
  trading_event_bus;
ALTER TABLE event_bus.held_events ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_groups ON event_bus.held_events USING (split_part(consumer_group, '.', 1) = event_bus.current_service());
CREATE POLICY bus_keeps_it ON event_bus.held_events TO trading_event_bus USING (true);

-- Where a process that had not brought the group there itself began to handle, and how many have begun there: one that
-- ended its process left nothing else behind.
ALTER TABLE "event_bus"."consumer_groups"
  ADD COLUMN "tried_xid" BIGINT,
  ADD COLUMN "tried_id" BIGINT,
  ADD COLUMN "tries" INTEGER NOT NULL DEFAULT 0,
  ADD COLUMN "tried_at" TIMESTAMPTZ(6);
