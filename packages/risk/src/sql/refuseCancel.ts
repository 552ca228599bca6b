import type { Sql } from '@trading/database';

const TEXT = 'SELECT risk_management.refuse_cancel($1, $2, $3) AS refusal';

/** Asks the door whether a halt stops a cancel; null is no. */
export async function refuseCancel(
  sql: Sql,
  accountId: string,
  strategyId: string | null,
  symbol: string,
): Promise<string | null> {
  const rows = await sql.query<{ refusal: string | null }>(
    TEXT,
    [accountId, strategyId, symbol],
    'risk.refuseCancel',
  );
  return rows[0]?.refusal ?? null;
}
