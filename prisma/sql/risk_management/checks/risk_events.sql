ALTER TABLE risk_management.risk_events ADD CONSTRAINT valid_severity CHECK (severity IN ('info', 'warning', 'critical'));

-- Who dealt with a risk event, and how; empty where nobody had to, because the limit held again, and of what was resolved before this.
ALTER TABLE risk_management.risk_events ADD CONSTRAINT resolver_only_where_resolved CHECK (resolved_at IS NOT NULL OR (resolved_by IS NULL AND resolution IS NULL));
