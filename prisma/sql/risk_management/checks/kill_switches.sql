ALTER TABLE risk_management.kill_switches ADD CONSTRAINT valid_scope CHECK (scope IN ('all', 'account', 'strategy', 'symbol') AND (scope = 'all') = (target = ''));

ALTER TABLE risk_management.kill_switches ADD CONSTRAINT valid_level CHECK (level IN ('reduce_only', 'halt'));

ALTER TABLE risk_management.kill_switches ADD CONSTRAINT valid_reason CHECK (reason <> '' AND set_by <> '');

ALTER TABLE risk_management.kill_switches ADD CONSTRAINT lifted_by_someone CHECK ((lifted_at IS NULL) = (lifted_by IS NULL));
