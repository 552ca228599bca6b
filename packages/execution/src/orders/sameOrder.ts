import { TradingError } from '@trading/model';
import type { Order } from './order';
import type { CheckedOrder } from './orderRequest';

/**
 * Holds an order that is there already to what is asked for under its id: a retry asks for the same, anything else is a
 * mistake that must not pass for success.
 *
 * @throws TradingError `EXECUTION.ORDER_ID_TAKEN`
 */
export function sameOrder(existing: Order, asked: CheckedOrder): Order {
  const differing = [
    existing.accountId !== asked.accountId && 'accountId',
    existing.symbol !== asked.symbol && 'symbol',
    existing.side !== asked.side && 'side',
    existing.orderType !== asked.orderType && 'orderType',
    !existing.quantity.eq(asked.quantity) && 'quantity',
    existing.price?.toString() !== asked.price?.toString() && 'price',
    existing.stopPrice?.toString() !== asked.stopPrice?.toString() && 'stopPrice',
  ].filter((field) => field !== false);
  if (differing.length === 0) return existing;
  throw new TradingError(
    'EXECUTION.ORDER_ID_TAKEN',
    `order ${asked.orderId} is there already with another ${differing.join(', ')}: a new order needs a new id`,
    { details: { orderId: asked.orderId, differing } },
  );
}
