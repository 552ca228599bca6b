import type { Sql } from '@trading/database';

/** An account as risk knows it. Money is decimal text, P&L is realised and unrealised after commissions. */
export interface KnownAccount {
  readonly accountId: string;
  /** What it began with; null where it was never opened, but was traded or bounded. */
  readonly capital: string | null;
  readonly pnl: string;
  readonly peakPnl: string;
}

const TEXT = `
SELECT known.account_id, s.capital::text, coalesce(s.last_pnl, 0)::text AS pnl, coalesce(s.peak_pnl, 0)::text AS peak_pnl
  FROM (SELECT account_id FROM risk_management.account_states
        UNION SELECT account_id FROM risk_management.risk_limits) AS known
  LEFT JOIN risk_management.account_states AS s USING (account_id)
 ORDER BY known.account_id`;

/** Every account that was opened, traded, or has a limit, by id. */
export async function readAccounts(sql: Sql): Promise<KnownAccount[]> {
  const rows = await sql.query<{
    account_id: string;
    capital: string | null;
    pnl: string;
    peak_pnl: string;
  }>(TEXT, [], 'risk.readAccounts');
  return rows.map((row) => ({
    accountId: row.account_id,
    capital: row.capital,
    pnl: row.pnl,
    peakPnl: row.peak_pnl,
  }));
}
