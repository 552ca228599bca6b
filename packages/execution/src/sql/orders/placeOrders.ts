import type { Sql } from '@trading/database';
import { Decimal, type OrderStatus, sessionOn } from '@trading/model';
import { ORDER_COLUMNS, type Order, type OrderRow, toOrder } from '../../orders/order';
import type { CheckedOrder } from '../../orders/orderRequest';
import { readOrder } from './readOrder';

/** An order that is to be placed. */
export type PlaceableOrder = CheckedOrder & { readonly correlationId: string };

const ONE = `SELECT * FROM execution.place_order(${Array.from({ length: 17 }, (_, n) => `$${n + 1}`).join(', ')})`;
const SEVERAL = `SELECT ${ORDER_COLUMNS} FROM execution.place_orders($1, $2)`;

/**
 * Decides on, stores, publishes and, with `submit`, submits orders: all in one statement, so with one commit.
 *
 * @returns the orders as they stand, by id
 */
export async function placeOrders(
  sql: Sql,
  orders: readonly PlaceableOrder[],
  dataSource: string,
  submit: boolean,
): Promise<Map<string, Order>> {
  const [only, ...others] = orders;
  if (only !== undefined && others.length === 0) {
    const order = await placeOne(sql, only, dataSource, submit);
    return new Map(order === undefined ? [] : [[order.orderId, order]]);
  }
  const asked = orders.map(({ decidedAt, replacesOrderId: _, ...order }) => {
    const session = sessionOn(decidedAt);
    return { ...order, decidedAt, dataSource, sessionOpen: session?.open, sessionClose: session?.close };
  });
  const rows = await sql.query<OrderRow & { [column: string]: unknown }>(
    SEVERAL,
    [JSON.stringify(asked), submit],
    'execution.placeOrders',
  );
  return new Map(rows.map((row) => [row.order_id, toOrder(row)]));
}

/** What became of one order; without a status where its id was there already. */
interface PlacedRow {
  readonly status: OrderStatus | null;
  readonly reason: string | null;
  readonly [column: string]: unknown;
}

async function placeOne(
  sql: Sql,
  order: PlaceableOrder,
  dataSource: string,
  submit: boolean,
): Promise<Order | undefined> {
  const session = sessionOn(order.decidedAt);
  const [row] = await sql.query<PlacedRow>(
    ONE,
    [
      order.orderId,
      order.accountId,
      order.symbol,
      order.side,
      order.orderType,
      order.timeInForce,
      order.quantity.toString(),
      order.price?.toString() ?? null,
      order.stopPrice?.toString() ?? null,
      order.strategyId,
      order.signalId,
      order.decidedAt,
      dataSource,
      order.correlationId,
      session?.open ?? null,
      session?.close ?? null,
      submit,
    ],
    'execution.placeOrder',
  );
  if (row === undefined || row.status === null) return readOrder(sql, order.orderId);
  return { ...order, ...NEW, status: row.status, reason: row.reason };
}

/** What nothing can have happened to yet. */
const NEW = {
  filledQuantity: new Decimal(0),
  avgFillPrice: null,
  brokerOrderId: null,
  replacesOrderId: null,
  triggeredAt: null,
  matchedThrough: null,
} as const;
