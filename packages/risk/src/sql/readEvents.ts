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
  readonly resolved_by: string | null;
  readonly resolution: string | null;
}

const TEXT = `
SELECT event_id, account_id, event_type, severity, message, data, correlation_id, created_at, resolved_at, resolved_by, resolution
  FROM risk_management.risk_events
 WHERE ($1::text IS NULL OR account_id = $1) AND (NOT $2 OR resolved_at IS NULL) AND ($3::text IS NULL OR event_type = $3)
   AND ($4::text[] IS NULL OR severity = ANY ($4)) AND ($5::timestamptz IS NULL OR created_at >= $5)
   AND ($6::text IS NULL OR event_id = $6)
 ORDER BY created_at DESC, id DESC LIMIT $7`;

/** Which risk events; all unless told. */
export interface RiskEventFilter {
  readonly riskEventId?: string;
  readonly accountId?: string;
  readonly eventType?: string;
  readonly severities?: readonly Severity[];
  /** Raised at or after. */
  readonly since?: Date;
  readonly openOnly?: boolean;
  /** 100 unless told. */
  readonly limit?: number;
}

/** Risk events, newest first. */
export function readEvents(sql: Sql, filter: RiskEventFilter): Promise<RiskEventRow[]> {
  return sql.query<RiskEventRow>(TEXT, [
    filter.accountId ?? null,
    filter.openOnly ?? false,
    filter.eventType ?? null,
    filter.severities ?? null,
    filter.since ?? null,
    filter.riskEventId ?? null,
    filter.limit ?? 100,
  ]);
}
