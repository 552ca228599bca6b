import type { PublishOptions } from '@trading/event-bus';
import type { OrderStatus } from '@trading/model';
import type { Work } from '../work';
import type { Order } from './order';

/** Publishes that an order was created or moved. */
export function announceOrder(
  work: Work,
  order: Order,
  previousStatus: OrderStatus | null,
  occurredAt: Date,
): void {
  work.publish(
    'order_updated',
    {
      orderId: order.orderId,
      accountId: order.accountId,
      symbol: order.symbol,
      side: order.side,
      orderType: order.orderType,
      timeInForce: order.timeInForce,
      quantity: order.quantity.toString(),
      price: order.price?.toString() ?? null,
      stopPrice: order.stopPrice?.toString() ?? null,
      previousStatus,
      status: order.status,
      filledQuantity: order.filledQuantity.toString(),
      avgFillPrice: order.avgFillPrice?.toString() ?? null,
      strategyId: order.strategyId,
      reason: order.reason,
    },
    ofChain(order.correlationId, occurredAt),
  );
}

/** What is published of an order belongs to the chain of the signal that led to it, whichever bar filled it. */
export function ofChain(correlationId: string | null, occurredAt: Date): PublishOptions {
  return { occurredAt, ...(correlationId === null ? {} : { correlationId }) };
}
