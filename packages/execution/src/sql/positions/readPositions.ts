import type { Sql } from '@trading/database';

/** A position that is not flat. Numbers are decimal text. */
export interface HeldPosition {
  readonly accountId: string;
  readonly symbol: string;
  /** Signed. */
  readonly quantity: string;
  /** Null until a bar has marked it. */
  readonly marketValue: string | null;
  readonly unrealizedPnl: string | null;
}

interface PositionRow {
  readonly account_id: string;
  readonly symbol: string;
  readonly quantity: string;
  readonly market_value: string | null;
  readonly unrealized_pnl: string | null;
}

const TEXT = `
SELECT account_id, symbol, quantity, market_value, unrealized_pnl
  FROM execution.positions WHERE quantity <> 0 ORDER BY account_id, symbol`;

/** What is held now, of every account. */
export async function readPositions(sql: Sql): Promise<HeldPosition[]> {
  const rows = await sql.query<PositionRow & { [column: string]: unknown }>(TEXT, []);
  return rows.map((row) => ({
    accountId: row.account_id,
    symbol: row.symbol,
    quantity: row.quantity,
    marketValue: row.market_value,
    unrealizedPnl: row.unrealized_pnl,
  }));
}
