import type { Sql } from '@trading/database';

/** A report for people: its content as data. */
export interface Report {
  readonly reportId: string;
  readonly reportType: string;
  /** Trading dates, both included. */
  readonly periodStart: string;
  readonly periodEnd: string;
  /** JSON. */
  readonly content: unknown;
}

/** Stores a report in place of an earlier one of the same id; one that says the same is left alone. */
export async function upsertReport(sql: Sql, report: Report): Promise<void> {
  await sql.query(
    `INSERT INTO analytics.reports AS kept (report_id, report_type, period_start, period_end, content)
     VALUES ($1, $2, $3, $4, $5)
     ON CONFLICT (report_id) DO UPDATE SET content = excluded.content, created_at = now()
      WHERE kept.content IS DISTINCT FROM excluded.content`,
    [
      report.reportId,
      report.reportType,
      report.periodStart,
      report.periodEnd,
      JSON.stringify(report.content),
    ],
  );
}
