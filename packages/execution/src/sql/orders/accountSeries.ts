import type { Sql } from '@trading/database';

/** The series at whose prices an account's orders fill that no strategy placed. */
export interface AccountSeries {
  /** `*` is every account that has none of its own. */
  readonly accountId: string;
  readonly tradingSource: string;
}

const READ = 'SELECT account_id, trading_source FROM execution.account_series ORDER BY account_id';
const WRITE = `
INSERT INTO execution.account_series (account_id, trading_source) VALUES ($1, $2)
    ON CONFLICT (account_id) DO UPDATE SET trading_source = excluded.trading_source`;

/** Every series that was set. Where none is, `execution.series_of` gives the default. */
export async function readAccountSeries(sql: Sql): Promise<AccountSeries[]> {
  const rows = await sql.query<{ account_id: string; trading_source: string }>(READ, []);
  return rows.map(({ account_id, trading_source }) => ({
    accountId: account_id,
    tradingSource: trading_source,
  }));
}

/** Sets the series of an account, or of every account that has none. */
export async function writeAccountSeries(
  sql: Sql,
  { accountId, tradingSource }: AccountSeries,
): Promise<void> {
  await sql.query(WRITE, [accountId, tradingSource]);
}
