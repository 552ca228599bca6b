import type { Decimal } from '@trading/model';
import type { TradingSystem } from '@trading/system';

type OrderHistory = Awaited<ReturnType<TradingSystem['execution']['orderHistory']>>;
type Order = OrderHistory['order'];

/** An order in the API's form. */
export function orderJson(order: Order) {
  const { triggeredAt: _triggered, matchedThrough: _matched, ...rest } = order;
  return {
    ...rest,
    quantity: text(order.quantity),
    filledQuantity: text(order.filledQuantity),
    avgFillPrice: optional(order.avgFillPrice),
    price: optional(order.price),
    stopPrice: optional(order.stopPrice),
    decidedAt: order.decidedAt.toISOString(),
  };
}

/** The log of an order in the API's form. */
export function logJson({ log }: OrderHistory) {
  return log.map(({ from, to, event, details, at }) => ({
    from,
    to,
    event,
    details,
    at: new Date(at).toISOString(),
  }));
}

/** The trades of an order in the API's form. */
export function tradeJson({ trades }: OrderHistory) {
  return trades.map((trade) => ({ ...trade, executedAt: new Date(trade.executedAt).toISOString() }));
}

function text(value: Decimal): string {
  return value.toFixed();
}

function optional(value: Decimal | null): string | null {
  return value === null ? null : text(value);
}
