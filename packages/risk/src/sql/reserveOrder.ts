import type { Sql } from '@trading/database';
import { type Cause, type ProposedOrder, sessionOn } from '@trading/model';

/** The answer of `risk_management.reserve_order`. */
export interface DecidedOrderRow {
  readonly decision: 'allowed' | 'denied' | 'known';
  readonly limit_type: string | null;
  readonly limit_value: string | null;
  readonly observed: string | null;
  readonly reason: string | null;
  readonly reference_price: string | null;
  readonly checks: Record<string, unknown> | null;
}

const TEXT =
  'SELECT * FROM risk_management.reserve_order($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)';

/** Asks the door for a decision. */
export async function reserveOrder(
  sql: Sql,
  order: ProposedOrder,
  cause: Cause,
): Promise<DecidedOrderRow | undefined> {
  const session = sessionOn(order.decidedAt);
  const rows = await sql.query<DecidedOrderRow>(
    TEXT,
    [
      order.orderId,
      order.accountId,
      order.symbol,
      order.side,
      order.orderType,
      order.quantity.toString(),
      order.price?.toString() ?? null,
      order.stopPrice?.toString() ?? null,
      order.strategyId,
      order.decidedAt,
      order.dataSource,
      cause.correlationId,
      cause.causationId,
      session?.open ?? null,
      session?.close ?? null,
    ],
    'risk.reserveOrder',
  );
  return rows[0];
}
