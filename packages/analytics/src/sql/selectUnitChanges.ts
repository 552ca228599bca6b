import type { Sql } from '@trading/database';
import { Decimal, type SplitTerms } from '@trading/model';

/** A split at which a series changes the shares that its prices are of. */
export interface UnitChange extends SplitTerms {
  readonly symbol: string;
  /** `YYYY-MM-DD`. */
  readonly exDate: string;
  /** Bars from before the ex-date are stored in the new shares by now. */
  readonly rewritten: boolean;
}

const TEXT = `
SELECT wanted.symbol, u.ex_date::text, u.numerator, u.denominator, u.rewritten,
       EXISTS (SELECT FROM execution.whole_share_accounts AS p WHERE p.account_id = $4) AS whole_shares,
       $5::timestamptz IS NOT NULL AND data_ingestion.unexplained_ratio(wanted.symbol, $2, $5) IS NOT NULL AS unexplained
  FROM unnest($1::text[]) AS wanted (symbol)
  LEFT JOIN LATERAL data_ingestion.unit_changes(wanted.symbol, $2, NULL, $3) AS u ON true
 ORDER BY u.ex_date, wanted.symbol`;

/** What is known of the shares that the prices of a series are of. */
export interface Units {
  /** The splits that change them, in order, as an account meets them. */
  readonly changes: readonly UnitChange[];
  /** Bars that figures were computed from were rewritten by one ratio, and no known split explains it. */
  readonly unexplained: boolean;
}

/** The splits of symbols that change the shares of a series up to a date. */
export async function selectUnitChanges(
  sql: Sql,
  wanted: {
    readonly symbols: readonly string[];
    readonly dataSource: string;
    readonly through: string;
    readonly accountId: string;
    /** The end of the last date that has figures; null where none has. */
    readonly computedUntil: Date | null;
  },
): Promise<Units> {
  const rows = await sql.query<{
    symbol: string;
    ex_date: string | null;
    numerator: string;
    denominator: string;
    rewritten: boolean;
    whole_shares: boolean;
    unexplained: boolean;
  }>(
    TEXT,
    [wanted.symbols, wanted.dataSource, wanted.through, wanted.accountId, wanted.computedUntil],
    'analytics_select_unit_changes',
  );
  return {
    unexplained: rows.some((row) => row.unexplained),
    changes: rows.flatMap(({ ex_date: exDate, ...row }): UnitChange[] =>
      exDate === null
        ? []
        : [
            {
              symbol: row.symbol,
              exDate,
              numerator: new Decimal(row.numerator),
              denominator: new Decimal(row.denominator),
              rewritten: row.rewritten,
              wholeShares: row.whole_shares,
            },
          ],
    ),
  };
}
