import { tradingDate } from '@trading/model';
import type { Order } from '../orders/order';
import type { PriceBar } from './fillPrice';

/** Why a day order that did not fill is withdrawn. */
export const DAY_IS_OVER = 'expired: day order at the end of its session';

/** Of bars shorter than a session, the first of a later date ends the day orders of the one before. */
export function dayIsOver(order: Order, bar: Pick<PriceBar, 'timestamp'>): boolean {
  const met = order.timeInForce === 'day' ? order.matchedThrough : null;
  return met !== null && tradingDate(met) < tradingDate(bar.timestamp);
}
