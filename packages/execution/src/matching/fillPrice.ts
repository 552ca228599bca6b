import { type Bar, Decimal } from '@trading/model';
import type { Order } from '../orders/order';
import { slip } from './costs';

/** A bar's prices, as the paper broker reads them. */
export type PriceBar = Pick<Bar, 'timestamp' | 'open' | 'high' | 'low' | 'close' | 'volume'>;

/** What a bar does to an order. */
export interface Touch {
  /** At what price the order fills in this bar; null where it doesn't. */
  readonly price: Decimal | null;
  /** The stop was reached in this bar, or in an earlier one. */
  readonly triggered: boolean;
}

/**
 * The price at which an order fills in a bar, from what a bar can honestly tell: its open comes first, its high and low
 * were reached in an unknown order.
 *
 * - market: the open, slipped
 * - limit: the open where that is better, else the limit once the range reaches it; never worse than the limit
 * - stop: the open where that is beyond the stop, else the stop once the range reaches it; slipped
 * - stop_limit: as a limit from where its stop was reached; reached inside the bar it fills at the stop, or waits for
 *   the next bar where the stop is beyond the limit
 * - ioc and fok see the open only: what happens later is not at once
 */
export function fillPrice(order: Order, bar: PriceBar, slippageBps: string): Touch {
  const buys = order.side === 'buy';
  const slipped = (price: Decimal) => slip(price, order.side, slippageBps);
  const limited = (price: Decimal) =>
    order.price === null ? price : buys ? Decimal.min(price, order.price) : Decimal.max(price, order.price);
  // `a` is at least as good for the order as `b`.
  const atLeastAsGood = (a: Decimal, b: Decimal) => (buys ? a.lte(b) : a.gte(b));
  const best = buys ? bar.low : bar.high;

  const asLimit = (limit: Decimal): Decimal | null => {
    if (atLeastAsGood(bar.open, limit)) return limited(slipped(bar.open));
    const atOnce = order.timeInForce === 'ioc' || order.timeInForce === 'fok';
    return !atOnce && atLeastAsGood(best, limit) ? limit : null;
  };

  if (order.orderType === 'market') return { price: slipped(bar.open), triggered: false };
  if (order.stopPrice === null || order.triggeredAt !== null) {
    return {
      price: order.price === null ? slipped(bar.open) : asLimit(order.price),
      triggered: order.triggeredAt !== null,
    };
  }
  const stop = order.stopPrice;
  const beyond = (price: Decimal) => (buys ? price.gte(stop) : price.lte(stop));
  if (beyond(bar.open)) {
    return { price: order.price === null ? slipped(bar.open) : asLimit(order.price), triggered: true };
  }
  if (!beyond(buys ? bar.high : bar.low)) return { price: null, triggered: false };
  if (order.price === null) return { price: slipped(stop), triggered: true };
  return { price: atLeastAsGood(stop, order.price) ? limited(slipped(stop)) : null, triggered: true };
}
