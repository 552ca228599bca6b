import type { Sql } from '@trading/database';
import type { Cause } from '@trading/model';

const HEED = 'SELECT execution.heed_actions($1, $2, $3, $4)::int AS changed';
const POLICY = `
INSERT INTO execution.account_policies AS p (account_id, whole_shares) VALUES ($1, $2)
ON CONFLICT (account_id) DO UPDATE SET whole_shares = excluded.whole_shares`;
const HELD =
  'SELECT DISTINCT symbol FROM execution.positions WHERE $1::text IS NULL OR symbol = $1 ORDER BY symbol';

/**
 * Brings every position in a symbol up to what is known of its corporate actions, and releases marks that were kept.
 *
 * @param through  `YYYY-MM-DD`: splits up to then are applied although no bar has come; null goes by the market's clock
 * @returns how many positions changed
 */
export async function heedActions(
  sql: Sql,
  symbol: string,
  through: string | null,
  cause: Cause,
): Promise<number> {
  const [row] = await sql.query<{ changed: number }>(HEED, [
    symbol,
    through,
    cause.correlationId,
    cause.causationId,
  ]);
  return row?.changed ?? 0;
}

/** The symbols that have a position, or the one that is asked for if it has. */
export async function readHeldSymbols(sql: Sql, symbol: string | null): Promise<string[]> {
  const rows = await sql.query<{ symbol: string }>(HELD, [symbol]);
  return rows.map((row) => row.symbol);
}

/** Stores whether an account holds whole shares only. */
export async function writeAccountPolicy(sql: Sql, accountId: string, wholeShares: boolean): Promise<void> {
  await sql.query(POLICY, [accountId, wholeShares]);
}
