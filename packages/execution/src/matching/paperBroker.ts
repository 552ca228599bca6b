import type { Order } from '../orders/order';
import { DEFAULT_COSTS } from './costs';
import type { PriceBar } from './fillPrice';
import { type FillModel, type Match, matchBar, type SessionRule } from './matchBar';
import { refuseOrder } from './refuseOrder';

/** A broker that fills orders from bars: deterministic, with no state of its own. */
export interface PaperBroker {
  /** Why it refuses an order, or null where it takes it. */
  refuse(order: Pick<Order, 'orderId'>): string | null;
  /** What a bar makes of working orders. */
  match(orders: readonly Order[], bar: PriceBar, session: SessionRule): Match[];
}

/** Makes a paper broker; what is not told costs as in {@link DEFAULT_COSTS}. */
export function createPaperBroker(model: Partial<FillModel> = {}): PaperBroker {
  const complete = { ...DEFAULT_COSTS, ...model };
  return {
    refuse: (order) => refuseOrder(order, complete),
    match: (orders, bar, session) => matchBar(orders, bar, complete, session),
  };
}
