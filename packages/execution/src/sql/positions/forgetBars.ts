import { randomUUID } from 'node:crypto';
import type { Sql } from '@trading/database';

const FORGET_BARS = 'SELECT execution.forget_bars($1, $2, $3, $4, $5)::int AS positions';
const FILLS = `
SELECT account_id AS "accountId", execution_id AS "executionId", order_id AS "orderId", side, quantity, price, executed_at AS "executedAt"
  FROM execution.trades AS fill
 WHERE symbol = $1 AND kind = 'fill' AND executed_at BETWEEN $2 AND $3
   AND NOT EXISTS (SELECT FROM execution.trades AS bust WHERE bust.corrects_trade_id = fill.trade_id)
 ORDER BY executed_at, id`;

/** Bars of a series that were taken back. */
export interface ForgottenBars {
  readonly symbol: string;
  readonly dataSource: string;
  readonly from: Date;
  readonly to: Date;
}

/** A fill that is booked, of a time whose bars were taken back. */
export interface SuspectFill {
  readonly accountId: string;
  readonly executionId: string;
  readonly orderId: string;
  readonly side: 'buy' | 'sell';
  readonly quantity: string;
  readonly price: string;
  readonly executedAt: Date;
}

/** What bars that were taken back had led to. */
export interface ForgottenEffects {
  /** Positions whose mark went back. */
  readonly positions: number;
  /** Fills that stay booked: whether they are busted is a decision. */
  readonly fills: readonly SuspectFill[];
}

/** Puts marks and the clock of a series back to the last bar that is left; tells of the fills in between. */
export async function forgetBars(
  sql: Sql,
  { symbol, dataSource, from, to }: ForgottenBars,
): Promise<ForgottenEffects> {
  const [row] = await sql.query<{ positions: number }>(FORGET_BARS, [
    symbol,
    dataSource,
    from,
    to,
    randomUUID(),
  ]);
  const fills = await sql.query<SuspectFill & Record<string, unknown>>(FILLS, [symbol, from, to]);
  return { positions: row?.positions ?? 0, fills };
}
