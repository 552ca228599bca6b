import type { Sql } from '@trading/database';

// One statement, so that two who set different fields at once don't undo each other.
const TEXT = `
INSERT INTO risk_management.position_limits AS l (account_id, symbol, max_quantity, max_notional, max_outside_session) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (account_id, symbol) DO UPDATE
  SET max_quantity = coalesce(excluded.max_quantity, l.max_quantity), max_notional = coalesce(excluded.max_notional, l.max_notional),
      max_outside_session = coalesce(excluded.max_outside_session, l.max_outside_session)`;

/** Sets what binds an account in a symbol; a null leaves what is there. */
export async function writePositionLimit(
  sql: Sql,
  accountId: string,
  symbol: string,
  maxQuantity: string | null,
  maxNotional: string | null,
  maxOutsideSession: string | null,
): Promise<void> {
  await sql.query(TEXT, [accountId, symbol, maxQuantity, maxNotional, maxOutsideSession]);
}
