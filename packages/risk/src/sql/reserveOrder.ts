import type { Sql } from '@trading/database';
import type { OrderSide, OrderType } from '@trading/model';

/** An order that asks to be allowed. Numbers are decimal text. */
export interface OrderToDecide {
  readonly orderId: string;
  readonly accountId: string;
  readonly symbol: string;
  readonly side: OrderSide;
  readonly orderType: OrderType;
  readonly quantity: string;
  readonly price: string | null;
  readonly stopPrice: string | null;
  readonly strategyId: string | null;
  /** Market time of the decision. */
  readonly decidedAt: Date;
  /** The series whose last close is the reference price. */
  readonly dataSource: string;
}

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
  'SELECT * FROM risk_management.reserve_order($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)';

/** Asks the door for a decision. */
export async function reserveOrder(
  sql: Sql,
  order: OrderToDecide,
  cause: { readonly correlationId: string; readonly causationId: string | null },
): Promise<DecidedOrderRow | undefined> {
  const rows = await sql.query<DecidedOrderRow>(
    TEXT,
    [
      order.orderId,
      order.accountId,
      order.symbol,
      order.side,
      order.orderType,
      order.quantity,
      order.price,
      order.stopPrice,
      order.strategyId,
      order.decidedAt,
      order.dataSource,
      cause.correlationId,
      cause.causationId,
    ],
    'risk.reserveOrder',
  );
  return rows[0];
}
