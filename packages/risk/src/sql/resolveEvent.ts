import type { Sql } from '@trading/database';

const ONE = `
UPDATE risk_management.risk_events SET resolved_at = now(), resolved_by = $2, resolution = $3
 WHERE event_id = $1 AND resolved_at IS NULL RETURNING event_id`;
const BREACHES = `
UPDATE risk_management.risk_events SET resolved_at = now()
 WHERE account_id = $1 AND event_type = 'limit_breached' AND resolved_at IS NULL AND data ->> 'symbol' IS NOT DISTINCT FROM $3::text
   AND ($3::text IS NOT NULL OR data ->> 'limit' = $2)`;

/** Resolves one event; false where there is no open one of this id. */
export async function resolveEvent(
  sql: Sql,
  riskEventId: string,
  by: string,
  resolution: string,
): Promise<boolean> {
  return (await sql.query(ONE, [riskEventId, by, resolution])).length > 0;
}

/** Resolves what a breach had raised, once the limit holds again: one of the account, or those of a symbol's position. */
export async function resolveBreaches(
  sql: Sql,
  accountId: string,
  limit: string,
  symbol: string | null,
): Promise<void> {
  await sql.query(BREACHES, [accountId, limit, symbol]);
}
