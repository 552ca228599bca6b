import type { Sql } from '@trading/database';

const TEXT = `
UPDATE execution.orders AS o
   SET matched_through = m.through, triggered_at = coalesce(o.triggered_at, m.triggered_at)
  FROM unnest($1::text[], $2::timestamptz[], $3::timestamptz[]) AS m(order_id, through, triggered_at)
 WHERE o.order_id = m.order_id`;

/** How far an order was matched. */
export interface MatchedThrough {
  readonly orderId: string;
  readonly through: Date;
  readonly triggeredAt: Date | null;
}

/** Remembers how far orders that work on were matched, so that no bar meets an order twice. */
export async function rememberMatch(sql: Sql, matched: readonly MatchedThrough[]): Promise<void> {
  await sql.query(
    TEXT,
    [
      matched.map(({ orderId }) => orderId),
      matched.map(({ through }) => through.toISOString()),
      matched.map(({ triggeredAt }) => triggeredAt?.toISOString() ?? null),
    ],
    'execution.rememberMatch',
  );
}
