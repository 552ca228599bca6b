CREATE UNIQUE INDEX kill_switches_one_active ON risk_management.kill_switches (scope, target) WHERE lifted_at IS NULL;
