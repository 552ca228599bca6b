import type { Sql } from '@trading/database';

const TEXT = 'SELECT risk_management.refuse_submission($1) AS refusal';

/** Asks the door whether a kill switch stops an order that is not at the broker yet; null is no. */
export async function refuseSubmission(sql: Sql, orderId: string): Promise<string | null> {
  const rows = await sql.query<{ refusal: string | null }>(TEXT, [orderId], 'risk.refuseSubmission');
  return rows[0]?.refusal ?? null;
}
