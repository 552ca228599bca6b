import type { Sql } from '@trading/database';
import { Decimal } from '@trading/model';

const TEXT = `
SELECT m.date::text, held.key AS symbol, held.value ->> 'mark' AS mark
  FROM analytics.performance_metrics AS m
 CROSS JOIN LATERAL jsonb_each(m.method -> 'holdings') AS held
 WHERE m.strategy_id = $1 AND m.account_id = $2 AND m.metric = 'equity' AND m.date >= $3`;

/** The prices at which a strategy's holdings were valued from a date on, by `date symbol`. */
export async function selectStoredMarks(
  sql: Sql,
  key: { readonly strategyId: string; readonly accountId: string; readonly from: string },
): Promise<ReadonlyMap<string, Decimal>> {
  const rows = await sql.query<{ date: string; symbol: string; mark: string }>(TEXT, [
    key.strategyId,
    key.accountId,
    key.from,
  ]);
  return new Map(rows.map(({ date, symbol, mark }) => [`${date} ${symbol}`, new Decimal(mark)]));
}
