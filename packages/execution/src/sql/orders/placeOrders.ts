import type { Sql } from '@trading/database';
import { type Cause, sessionOn } from '@trading/model';
import { ORDER_COLUMNS, type Order, type OrderRow, toOrder } from '../../orders/order';
import type { CheckedOrder } from '../../orders/orderRequest';

/** An order that is to be placed. */
export interface PlaceableOrder extends CheckedOrder {
  readonly cause: Cause;
  /** A paper broker works its account: what is allowed goes to it at once. */
  readonly onPaper: boolean;
  /** Why that broker refuses it; null where it doesn't. */
  readonly refusal: string | null;
}

const TEXT = `SELECT ${ORDER_COLUMNS} FROM execution.place_orders($1)`;

/**
 * Decides on, stores and publishes orders, and submits those that a paper broker works: one statement, whatever their number.
 * Of several under one id, the first is placed.
 *
 * @returns the orders as they stand, by id
 */
export async function placeOrderRows(
  sql: Sql,
  orders: readonly PlaceableOrder[],
): Promise<Map<string, Order>> {
  const ids = new Set<string>();
  const firsts = orders.filter(({ orderId }) => ids.size < ids.add(orderId).size);
  const asked = firsts.map(({ cause, ...order }) => {
    const session = sessionOn(order.decidedAt);
    return { ...order, ...cause, sessionOpen: session?.open, sessionClose: session?.close };
  });
  const rows = await sql.query<OrderRow & { [column: string]: unknown }>(
    TEXT,
    [JSON.stringify(asked)],
    'execution.placeOrders',
  );
  return new Map(rows.map((row) => [row.order_id, toOrder(row)]));
}
