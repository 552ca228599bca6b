import type { Sql } from '@trading/database';
import type { Severity } from '@trading/model';

/** A row of `risk_events`. */
export interface RiskEventRow {
  readonly event_id: string;
  readonly account_id: string;
  readonly event_type: string;
  readonly severity: Severity;
  readonly message: string;
  readonly data: Record<string, unknown> | null;
  readonly correlation_id: string | null;
  readonly created_at: Date;
  readonly resolved_at: Date | null;
}

const TEXT = `
SELECT event_id, account_id, event_type, severity, message, data, correlation_id, created_at, resolved_at
  FROM risk_management.risk_events
 WHERE ($1::text IS NULL OR account_id = $1) AND (NOT $2 OR resolved_at IS NULL)
 ORDER BY created_at DESC, id DESC LIMIT $3`;

/** Risk events, newest first. */
export function readEvents(
  sql: Sql,
  filter: { accountId?: string; openOnly?: boolean; limit?: number },
): Promise<RiskEventRow[]> {
  return sql.query<RiskEventRow>(TEXT, [
    filter.accountId ?? null,
    filter.openOnly ?? false,
    filter.limit ?? 100,
  ]);
}
