-- Published view of what alerts notified of, and whether it went out.
-- Read by: api, src/sql/alerts.ts.
CREATE OR REPLACE VIEW notification.notifications AS
  SELECT id, alert_id, event_type, channel, status, attempts, message, error, correlation_id, occurred_at, created_at, sent_at
    FROM notification.notification_logs;

COMMENT ON VIEW notification.notifications IS
  'Published view of what alerts notified of, and whether it went out.';
