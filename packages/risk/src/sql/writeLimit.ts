import type { Sql } from '@trading/database';

const INSERT =
  'INSERT INTO risk_management.risk_limits (account_id, limit_type, limit_value, strategy) VALUES ($1, $2, $3, $4)';
const KEEP = `${INSERT} ON CONFLICT (account_id, strategy, limit_type) DO NOTHING`;
const REPLACE = `${INSERT} ON CONFLICT (account_id, strategy, limit_type) DO UPDATE SET limit_value = excluded.limit_value, active = true`;

/** Sets a limit of an account, or of one strategy in it, and makes it active; with `keep`, only where there is none. */
export async function writeLimit(
  sql: Sql,
  accountId: string,
  limitType: string,
  value: string,
  { keep, strategyId }: { keep: boolean; strategyId: string | null },
): Promise<void> {
  await sql.query(keep ? KEEP : REPLACE, [accountId, limitType, value, strategyId ?? '']);
}
