-- Published view of what risk saw, and how it was resolved. `id` grows in the order in which it was stored.
-- Read by: api, src/sql/risk.ts.
CREATE OR REPLACE VIEW risk_management.events AS
  SELECT id, event_id, account_id, event_type, severity, message, data, correlation_id, created_at, resolved_at, resolved_by, resolution
    FROM risk_management.risk_events;

COMMENT ON VIEW risk_management.events IS
  'Published view of what risk saw, and how it was resolved.';
