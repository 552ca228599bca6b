-- Published view of the alerts. Without their recipients: addresses are the affair of notification.
-- Read by: api, src/sql/alerts.ts.
CREATE OR REPLACE VIEW notification.alerts AS
  SELECT alert_id, name, event_type, rule, channel, throttle_seconds, active, created_at, updated_at FROM notification.alert_configs;

COMMENT ON VIEW notification.alerts IS
  'Published view of the alerts, without their recipients.';
