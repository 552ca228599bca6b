import type { Sql } from '@trading/database';
import type { OrderSide } from '@trading/model';

/** An account's part that a strategy trades. */
export interface AccountQuestion {
  readonly accountId: string;
  readonly symbols: readonly string[];
  readonly tradingSource: string;
}

/** What is held and works of it, and how far its bars were handled; numbers are decimal text. */
export interface AccountRow {
  readonly symbol: string;
  readonly quantity: string;
  readonly costBasis: string;
  readonly realizedPnl: string;
  readonly marketValue: string;
  readonly orders: readonly { readonly symbol: string; readonly side: OrderSide; readonly leaves: string }[];
  /** Start of the last bar of its trading series that execution has handled; null where none was. */
  readonly through: Date | null;
}

const TEXT = `
SELECT q.place::int AS place, x.symbol,
       coalesce(h.quantity, 0)::text AS quantity, coalesce(h.cost_basis, 0)::text AS "costBasis",
       coalesce(h.realized_pnl, 0)::text AS "realizedPnl",
       coalesce(h.quantity * h.mark_price, h.cost_basis, 0)::text AS "marketValue",
       coalesce((SELECT jsonb_agg(jsonb_build_object('symbol', o.symbol, 'side', o.side, 'leaves', o.leaves::text)
                                  ORDER BY o.order_id)
                   FROM execution.working_orders AS o
                  WHERE o.account_id = q.value ->> 'accountId' AND o.symbol = x.symbol), '[]') AS orders,
       (SELECT c.through FROM execution.handled_bars AS c
         WHERE c.symbol = x.symbol AND c.data_source = q.value ->> 'tradingSource') AS through
  FROM jsonb_array_elements($1) WITH ORDINALITY AS q(value, place)
 CROSS JOIN LATERAL jsonb_array_elements_text(q.value -> 'symbols') AS x(symbol)
  LEFT JOIN execution.holdings AS h ON h.account_id = q.value ->> 'accountId' AND h.symbol = x.symbol
 ORDER BY q.place, x.symbol`;

/** Reads accounts in one snapshot, so that a fill is counted once; a list of symbols' rows for each, in order. */
export async function selectAccounts(
  sql: Sql,
  questions: readonly AccountQuestion[],
): Promise<AccountRow[][]> {
  if (questions.length === 0) return [];
  const rows = await sql.query<AccountRow & { place: number; [column: string]: unknown }>(
    TEXT,
    [JSON.stringify(questions)],
    'strategy_select_accounts',
  );
  const answers: AccountRow[][] = questions.map(() => []);
  for (const { place, ...row } of rows) answers[place - 1]?.push(row);
  return answers;
}
