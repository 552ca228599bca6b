import type { Sql } from '@trading/database';

const TEXT = `
INSERT INTO risk_management.position_limits (account_id, symbol, max_quantity, max_notional) VALUES ($1, $2, $3, $4)
ON CONFLICT (account_id, symbol) DO UPDATE SET max_quantity = excluded.max_quantity, max_notional = excluded.max_notional`;

/** Sets the most that an account may hold of a symbol. */
export async function writePositionLimit(
  sql: Sql,
  accountId: string,
  symbol: string,
  maxQuantity: string | null,
  maxNotional: string | null,
): Promise<void> {
  await sql.query(TEXT, [accountId, symbol, maxQuantity, maxNotional]);
}
