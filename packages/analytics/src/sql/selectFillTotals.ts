import type { Sql } from '@trading/database';

/** How much a strategy traded. */
export interface FillTotals {
  readonly fills: number;
  /** Money. */
  readonly commission: string;
  /** Sum of quantity x price, both sides. */
  readonly turnover: string;
}

/** Counts a strategy's fills in an account from `from` to before `until`. */
export async function selectFillTotals(
  sql: Sql,
  wanted: {
    readonly strategyId: string;
    readonly accountId: string;
    readonly from: Date;
    readonly until: Date;
  },
): Promise<FillTotals> {
  const [row] = await sql.query<{ fills: number; commission: string; turnover: string }>(
    `SELECT count(*)::int AS fills, coalesce(sum(commission), 0)::text AS commission,
            coalesce(sum(quantity * price), 0)::text AS turnover
       FROM execution.fills
      WHERE account_id = $1 AND strategy = $2 AND executed_at >= $3 AND executed_at < $4`,
    [wanted.accountId, wanted.strategyId, wanted.from, wanted.until],
  );
  return row ?? { fills: 0, commission: '0', turnover: '0' };
}
