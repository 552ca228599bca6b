import type { Sql } from '@trading/database';

/** Which entries of a ledger to read. */
export interface LedgerFilter {
  /** fill, bust, split, or a kind of transfer. */
  readonly kind?: string | undefined;
  /** 100, unless given. */
  readonly limit?: number | undefined;
}

/** An entry of the ledger. Money is decimal text. */
export interface LedgerEntry {
  /** The trade, split or transfer. */
  readonly entryId: string;
  readonly kind: string;
  /** Null where it is about no symbol. */
  readonly symbol: string | null;
  readonly occurredAt: Date;
  /** Null where it counts at once. */
  readonly settlementDate: string | null;
  /** Sum to zero. Above 0 is what the ledger account received. */
  readonly postings: readonly { readonly account: string; readonly amount: string }[];
}

interface EntryRow {
  readonly entry_id: string;
  readonly kind: string;
  readonly symbol: string | null;
  readonly occurred_at: Date;
  readonly settlement_date: string | null;
  readonly postings: LedgerEntry['postings'];
}

const TEXT = `
SELECT entry_id, kind, symbol, occurred_at, settlement_date::text,
       jsonb_agg(jsonb_build_object('account', ledger_account, 'amount', amount::text) ORDER BY ledger_account) AS postings
  FROM execution.ledger($1)
 WHERE ($2::text IS NULL OR kind = $2)
 GROUP BY entry_id, kind, symbol, occurred_at, settlement_date, booked_at
 ORDER BY occurred_at DESC, booked_at DESC, entry_id
 LIMIT $3`;

/** The ledger of an account, youngest first. */
export async function selectLedger(
  sql: Sql,
  accountId: string,
  { kind, limit = 100 }: LedgerFilter,
): Promise<LedgerEntry[]> {
  const rows = await sql.query<EntryRow & { [column: string]: unknown }>(TEXT, [
    accountId,
    kind ?? null,
    limit,
  ]);
  return rows.map((row) => ({
    entryId: row.entry_id,
    kind: row.kind,
    symbol: row.symbol,
    occurredAt: row.occurred_at,
    settlementDate: row.settlement_date,
    postings: row.postings,
  }));
}
