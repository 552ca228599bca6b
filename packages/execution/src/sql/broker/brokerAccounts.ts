import type { Sql } from '@trading/database';

const CLAIM = `
INSERT INTO execution.broker_accounts (account_id, broker) VALUES ($1, $2) ON CONFLICT (account_id) DO NOTHING`;
const READ = 'SELECT account_id, broker FROM execution.broker_accounts ORDER BY account_id';

/** Notes that a remote broker works an account's orders, where none does yet. */
export async function claimAccount(sql: Sql, accountId: string, broker: string): Promise<void> {
  await sql.query(CLAIM, [accountId, broker]);
}

/** The accounts whose orders a remote broker works, each with that broker's name. */
export async function readBrokerAccounts(sql: Sql): Promise<Map<string, string>> {
  const rows = await sql.query<{ account_id: string; broker: string }>(READ, []);
  return new Map(rows.map(({ account_id, broker }) => [account_id, broker]));
}
