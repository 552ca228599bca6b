ALTER TABLE risk_management.risk_events ADD CONSTRAINT valid_severity CHECK (severity IN ('info', 'warning', 'critical'));

-- Who resolved a risk event, and how. Both are null where the monitor resolved it, because the limit was kept again.
ALTER TABLE risk_management.risk_events ADD CONSTRAINT resolver_only_where_resolved CHECK (resolved_at IS NOT NULL OR (resolved_by IS NULL AND resolution IS NULL));
