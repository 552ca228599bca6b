import type { Sql } from '@trading/database';
import type { Cause, RiskObservation } from '@trading/model';

const TEXT = 'SELECT risk_management.raise_event($1, $2, $3, $4, $5, $6, $7, $8, $9)';

/** Reports to risk what execution saw and may not judge alone: recorded and published, once for its id. */
export async function raiseRiskEvent(sql: Sql, event: RiskObservation, cause: Cause): Promise<void> {
  await sql.query(
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
    'execution.raiseRiskEvent',
  );
}
