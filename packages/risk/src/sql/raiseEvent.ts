import type { Sql } from '@trading/database';
import type { Cause, RiskObservation } from '@trading/model';

const TEXT = 'SELECT risk_management.raise_event($1, $2, $3, $4, $5, $6, $7, $8, $9) AS raised';

/** Records and publishes a risk event; false where it had been raised before. */
export async function raiseEvent(sql: Sql, event: RiskObservation, cause: Cause): Promise<boolean> {
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
