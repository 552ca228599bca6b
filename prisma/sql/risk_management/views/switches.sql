-- Published view of the kill switches, lifted ones too.
-- Read by: api, src/sql/risk.ts.
CREATE OR REPLACE VIEW risk_management.switches AS
  SELECT id, scope, target, level, reason, set_by, set_at, lifted_by, lifted_at FROM risk_management.kill_switches;

COMMENT ON VIEW risk_management.switches IS
  'Published view of the kill switches, lifted ones too.';
