import type { Sql } from '@trading/database';
import { describeRejectedRow, type RejectedRow } from '../rejectedRow';

const INSERT_REJECTED_ROWS = `
INSERT INTO data_ingestion.data_quality_logs (symbol, data_source, check_type, status, bar_timestamp, message, details)
SELECT $1, $2, $3, 'fail', bar_timestamp, message, details
  FROM unnest($4::timestamptz[], $5::text[], $6::jsonb[]) AS finding (bar_timestamp, message, details)`;

/** The check that a row of a source has to pass before it becomes a bar. */
export const ROW_VALIDATION = 'row_validation';

/** Records rows that were not stored, one finding each, with the source's name, the line and every reason. */
export async function insertRejectedRows(
  sql: Sql,
  symbol: string,
  dataSource: string,
  origin: string,
  rows: readonly RejectedRow[],
): Promise<void> {
  await sql.query(INSERT_REJECTED_ROWS, [
    symbol,
    dataSource,
    ROW_VALIDATION,
    rows.map((row) => row.timestamp),
    rows.map(describeRejectedRow),
    rows.map(({ line, problems }) => JSON.stringify({ origin, line, problems })),
  ]);
}
