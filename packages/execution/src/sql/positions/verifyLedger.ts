import type { Sql } from '@trading/database';

/** Something stored that differs from what the trades say. */
export interface Discrepancy {
  /** What is wrong: a trade's link in its chain, a position, an order, an order's log, or cash. */
  readonly what: 'trade' | 'position' | 'order' | 'log' | 'cash';
  readonly accountId: string;
  readonly symbol: string;
  /** The trade, order, or `account:symbol`. */
  readonly id: string;
  readonly field: string;
  /** Null where it is missing. */
  readonly stored: string | null;
  readonly derived: string | null;
}

interface DiscrepancyRow {
  readonly what: Discrepancy['what'];
  readonly account_id: string;
  readonly symbol: string;
  readonly id: string;
  readonly field: string;
  readonly stored: string | null;
  readonly derived: string | null;
}

const TEXT = 'SELECT * FROM execution.verify($1, $2)';

/** Derives orders, positions and P&L again from the trades; tells every difference, and nothing where all is well. */
export async function verifyLedger(
  sql: Sql,
  scope: { readonly accountId?: string; readonly symbol?: string },
): Promise<Discrepancy[]> {
  const rows = await sql.query<DiscrepancyRow & { [column: string]: unknown }>(TEXT, [
    scope.accountId ?? null,
    scope.symbol ?? null,
  ]);
  return rows.map(({ account_id, what, symbol, id, field, stored, derived }) => ({
    what,
    accountId: account_id,
    symbol,
    id,
    field,
    stored,
    derived,
  }));
}
