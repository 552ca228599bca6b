import type { Sql } from '@trading/database';

const INSERT =
  'INSERT INTO risk_management.risk_limits (account_id, limit_type, limit_value) VALUES ($1, $2, $3)';
const KEEP = `${INSERT} ON CONFLICT (account_id, limit_type) DO NOTHING`;
const REPLACE = `${INSERT} ON CONFLICT (account_id, limit_type) DO UPDATE SET limit_value = excluded.limit_value, active = true`;

/** Sets a limit of an account and makes it active; with `keep`, only where there is none. */
export async function writeLimit(
  sql: Sql,
  accountId: string,
  limitType: string,
  value: string,
  { keep }: { keep: boolean },
): Promise<void> {
  await sql.query(keep ? KEEP : REPLACE, [accountId, limitType, value]);
}
