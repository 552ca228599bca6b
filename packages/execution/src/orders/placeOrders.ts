import type { Sql } from '@trading/database';
import { type Cause, TradingError } from '@trading/model';
import { type Brokers, paperBrokerOf } from '../broker/brokers';
import { type PlaceableOrder, placeOrderRows } from '../sql/orders/placeOrders';
import type { Order } from './order';
import { checkOrder, type OrderRequest } from './orderRequest';
import { sameOrder } from './sameOrder';

/** An order that is asked for, and what asks. */
export interface CausedRequest {
  readonly request: OrderRequest;
  readonly cause: Cause;
}

/**
 * The one way to an order. Places orders, one or many, with one statement in the caller's transaction (a handler's
 * `context.tx`, or a pool's Sql, whose statement is a transaction of its own): risk decides on each with all before it in
 * view, each is stored and published, and what is allowed goes to the paper broker at once; for an account at a remote
 * broker it waits, pending, for the broker session. Asked for again under the same id, an order is the one that is there.
 *
 * @returns the orders as they stand, in the order of the requests
 * @throws TradingError `EXECUTION.INVALID_ORDER`, `EXECUTION.ORDER_ID_TAKEN`, `MODEL.*`, `DATABASE.*`; of all of them nothing
 *   is kept then
 */
export async function placeOrders(
  sql: Sql,
  brokers: Brokers,
  requests: readonly CausedRequest[],
): Promise<Order[]> {
  if (requests.length === 0) return [];
  const asked = requests.map(({ request, cause }) => toPlaceable(brokers, request, cause));
  const placed = await placeOrderRows(sql, asked);
  return asked.map((order) => sameOrder(placedOf(placed, order.orderId), order));
}

/** Holds a request to what an order can be, and says who works it. @throws TradingError `EXECUTION.INVALID_ORDER`, `MODEL.*` */
export function toPlaceable(brokers: Brokers, request: OrderRequest, cause: Cause): PlaceableOrder {
  const order = checkOrder(request);
  const paper = paperBrokerOf(brokers, order.accountId);
  return { ...order, cause, onPaper: paper !== null, refusal: paper?.refuse(order) ?? null };
}

/** The order of an id among those that were placed. */
export function placedOf(placed: ReadonlyMap<string, Order>, orderId: string): Order {
  const order = placed.get(orderId);
  if (order !== undefined) return order;
  throw new TradingError('EXECUTION.ORDER_LOST', `order ${orderId} was placed and is not there`, {
    kind: 'bug',
    details: { orderId },
  });
}
