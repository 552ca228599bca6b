import type { Sql } from '@trading/database';
import type { Severity } from '@trading/model';

/** Something that risk should know. */
export interface RiskEventToRaise {
  /** Deterministic, so that it is raised once however often it is seen; at most 100 characters. */
  readonly riskEventId: string;
  readonly accountId: string;
  readonly eventType: string;
  readonly severity: Severity;
  readonly message: string;
  readonly data: Readonly<Record<string, unknown>>;
  readonly occurredAt: Date;
}

const TEXT = 'SELECT risk_management.raise_event($1, $2, $3, $4, $5, $6, $7, $8, $9) AS raised';

/** Records and publishes a risk event; false where it had been raised before. */
export async function raiseEvent(
  sql: Sql,
  event: RiskEventToRaise,
  cause: { readonly correlationId: string; readonly causationId: string | null },
): Promise<boolean> {
  const rows = await sql.query<{ raised: boolean }>(
    TEXT,
    [
      event.riskEventId,
      event.accountId,
      event.eventType,
      event.severity,
      event.message,
      JSON.stringify(event.data),
      event.occurredAt,
      cause.correlationId,
      cause.causationId,
    ],
    'risk.raiseEvent',
  );
  return rows[0]?.raised ?? false;
}
