import type { Sql } from '@trading/database';

const TEXT = `
INSERT INTO risk_management.account_states (account_id, capital) VALUES ($1, $2)
ON CONFLICT (account_id) DO UPDATE SET capital = excluded.capital`;

/** Records what an account began with. */
export async function writeCapital(sql: Sql, accountId: string, capital: string): Promise<void> {
  await sql.query(TEXT, [accountId, capital]);
}
