import type { Sql } from '@trading/database';
import type { QualityCheck, QualityFinding } from '../quality/finding';

const INSERT_FINDINGS = `
INSERT INTO data_ingestion.data_quality_logs (symbol, data_source, check_type, status, bar_timestamp, message, details)
SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::timestamptz[], $6::text[], $7::jsonb[])`;

/** A finding of a check of bars, or of what sources say of a corporate action. */
export interface Finding extends Omit<QualityFinding, 'check'> {
  readonly check: QualityCheck | 'corporate_action';
}

/** Records what checks found. */
export async function insertFindings(sql: Sql, findings: readonly Finding[]): Promise<void> {
  await sql.query(INSERT_FINDINGS, [
    findings.map(({ symbol }) => symbol),
    findings.map(({ dataSource }) => dataSource),
    findings.map(({ check }) => check),
    findings.map(({ status }) => status),
    findings.map(({ timestamp }) => timestamp),
    findings.map(({ message }) => message),
    findings.map(({ details }) => JSON.stringify(details)),
  ]);
}
