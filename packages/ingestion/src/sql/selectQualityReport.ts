import type { Sql } from '@trading/database';

const SELECT_QUALITY_REPORT = `
SELECT symbol, data_source AS "dataSource", check_type AS "checkType",
       count(*) FILTER (WHERE status = 'fail')::int AS failed,
       count(*) FILTER (WHERE status = 'warning')::int AS warnings,
       max(created_at) AS "lastAt",
       (array_agg(message ORDER BY status = 'fail' DESC, status = 'warning' DESC, bar_timestamp DESC NULLS LAST, id DESC))[1] AS "worst"
  FROM (
    SELECT *, max(created_at) OVER (PARTITION BY symbol, data_source, check_type) AS latest
      FROM data_ingestion.data_quality_logs
     WHERE ($1::text IS NULL OR symbol = $1)) AS log
 -- Each check of a run is written in one transaction, so its findings share a time.
 WHERE created_at = latest
 GROUP BY symbol, data_source, check_type
 ORDER BY symbol, data_source, check_type`;

/** What the last run of one check found in one series. */
export interface QualityReportRow {
  readonly symbol: string;
  readonly dataSource: string;
  readonly checkType: string;
  readonly failed: number;
  readonly warnings: number;
  readonly lastAt: Date;
  /** The message of its worst finding. */
  readonly worst: string;
}

/** The last findings of every check, of one symbol or of all. */
export function selectQualityReport(sql: Sql, symbol: string | null): Promise<QualityReportRow[]> {
  return sql.query<QualityReportRow & Record<string, unknown>>(SELECT_QUALITY_REPORT, [symbol]);
}
