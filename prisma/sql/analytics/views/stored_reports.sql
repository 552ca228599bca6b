-- Published view of the stored reports.
-- Read by: api, src/sql/figures.ts.
CREATE OR REPLACE VIEW analytics.stored_reports AS
  SELECT id, report_id, report_type, period_start, period_end, content, created_at FROM analytics.reports;

COMMENT ON VIEW analytics.stored_reports IS
  'Published view of the stored reports.';
