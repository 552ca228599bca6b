import type { Sql } from '@trading/database';
import { sessionOn } from '@trading/model';
import { ORDER_COLUMNS, type Order, type OrderRow, toOrder } from '../order';
import type { CheckedOrder } from '../orderRequest';

const TEXT = `SELECT ${ORDER_COLUMNS} FROM execution.place_orders($1, $2)`;

/**
 * Decides on, stores, publishes and, with `submit`, submits orders: all in one statement, so with one commit.
 *
 * @returns the orders as they stand, by id
 */
export async function placeOrders(
  sql: Sql,
  orders: readonly (CheckedOrder & { readonly correlationId: string })[],
  dataSource: string,
  submit: boolean,
): Promise<Map<string, Order>> {
  const asked = orders.map((order) => ({
    ...sessionOf(order.decidedAt),
    orderId: order.orderId,
    accountId: order.accountId,
    symbol: order.symbol,
    side: order.side,
    orderType: order.orderType,
    timeInForce: order.timeInForce,
    quantity: order.quantity.toString(),
    price: order.price?.toString() ?? null,
    stopPrice: order.stopPrice?.toString() ?? null,
    strategyId: order.strategyId,
    signalId: order.signalId,
    decidedAt: order.decidedAt,
    dataSource,
    correlationId: order.correlationId,
  }));
  const rows = await sql.query<OrderRow & { [column: string]: unknown }>(
    TEXT,
    [JSON.stringify(asked), submit],
    'execution.placeOrders',
  );
  return new Map(rows.map((row) => [row.order_id, toOrder(row)]));
}

/** When the market is open on the date of a decision, for the limit that binds orders to it. */
function sessionOf(decidedAt: Date): { readonly sessionOpen?: Date; readonly sessionClose?: Date } {
  const session = sessionOn(decidedAt);
  return session === undefined ? {} : { sessionOpen: session.open, sessionClose: session.close };
}
