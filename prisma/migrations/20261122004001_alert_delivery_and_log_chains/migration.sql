-- A notification is throttled by the time of its event, and sent outside of the transaction that decided on it.
ALTER TABLE "notification"."notification_logs"
  ADD COLUMN "occurred_at" TIMESTAMPTZ(6) NOT NULL,
  ADD COLUMN "next_attempt_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP;
DROP INDEX "notification"."notification_logs_alert_id_sent_at_idx";
CREATE INDEX "notification_logs_alert_id_occurred_at_idx" ON "notification"."notification_logs"("alert_id", "occurred_at");
CREATE INDEX "notification_logs_status_next_attempt_at_idx" ON "notification"."notification_logs"("status", "next_attempt_at");

-- A log line knows the event that it tells of, so that a chain's lines can be put in order.
ALTER TABLE "logging"."system_logs" ADD COLUMN "event_id" UUID;
ALTER TABLE "logging"."trading_logs" ADD COLUMN "event_id" UUID, ADD COLUMN "order_id" VARCHAR(100);
