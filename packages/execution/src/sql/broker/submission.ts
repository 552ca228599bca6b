import type { Sql } from '@trading/database';
import type { Cause } from '@trading/model';

const REFUSE = 'SELECT verdict, reason FROM risk_management.refuse_submission($1)';
const DENY = 'SELECT execution.deny_submission($1, $2, $3) AS denied';
const ADOPT = 'SELECT execution.adopt_broker_id($1, $2, $3)';

/** Why an order that was allowed before does not go to its broker now: it waits, or it is too old to go at all. */
export interface Refusal {
  readonly verdict: 'held' | 'denied';
  readonly reason: string;
}

/** Asks risk whether an order may be handed to its broker now; null is yes. */
export async function refuseSubmission(sql: Sql, orderId: string): Promise<Refusal | null> {
  const [row] = await sql.query<{ verdict: Refusal['verdict'] | null; reason: string | null }>(REFUSE, [
    orderId,
  ]);
  return row === undefined || row.verdict === null
    ? null
    : { verdict: row.verdict, reason: row.reason ?? '' };
}

/** Rejects an order that was decided too long ago, and raises that; false where it was not, or is not pending any more. */
export async function denySubmission(sql: Sql, orderId: string, cause: Cause): Promise<boolean> {
  const rows = await sql.query<{ denied: boolean }>(DENY, [orderId, cause.correlationId, cause.causationId]);
  return rows[0]?.denied ?? false;
}

/** Notes the broker's id of an order that moved on before its acceptance was heard of. */
export async function adoptBrokerId(
  sql: Sql,
  accountId: string,
  orderId: string,
  brokerOrderId: string,
): Promise<void> {
  await sql.query(ADOPT, [accountId, orderId, brokerOrderId]);
}
