import { createHash } from 'node:crypto';
import { Decimal } from '@trading/model';
import { leaves, type Order } from '../orders/order';
import { commissionOf, type TradingCosts } from './costs';
import { DAY_IS_OVER } from './dayOrders';
import { fillPrice, type PriceBar } from './fillPrice';

/** How the paper broker fills. */
export interface FillModel extends TradingCosts {
  /** The most of a bar's volume that our orders take together, as a fraction; no bound unless told. */
  readonly maxVolumeShare?: string;
  /** How long an order is on its way: only bars that start after it arrived can fill it. None unless told. */
  readonly latencyMs?: number;
  /** The part of orders that the broker refuses, as a fraction; which ones follows from `seed` and the order's id. */
  readonly rejectRate?: number;
  readonly seed?: string;
}

/** One execution, as a broker reports it. */
export interface Execution {
  readonly orderId: string;
  /** Unique in the account; the same for the same order and bar, however often it is matched. */
  readonly executionId: string;
  readonly quantity: Decimal;
  readonly price: Decimal;
  readonly commission: Decimal;
  readonly executedAt: Date;
}

/** What a bar makes of one order. */
export interface Match {
  readonly order: Order;
  readonly execution: Execution | null;
  /** Its stop is reached, now or before. */
  readonly triggered: boolean;
  /** Why what is left of it is withdrawn after this bar; null where it works on. */
  readonly cancel: string | null;
}

/** When a day order ends, which depends on how long a bar is. */
export interface SessionRule {
  /** A bar is a whole session: a day order ends with the first bar that could fill it. */
  readonly barIsSession: boolean;
}

/**
 * Matches working orders against one bar, in the order in which they were decided. An order sees only bars that start
 * after it was decided and after the last one it was matched against. Pure: the same orders and bar give the same fills.
 */
export function matchBar(
  orders: readonly Order[],
  bar: PriceBar,
  model: FillModel,
  session: SessionRule,
): Match[] {
  let available =
    model.maxVolumeShare === undefined
      ? null
      : new Decimal(bar.volume.toString()).times(model.maxVolumeShare).floor();
  const matches: Match[] = [];
  for (const order of orders) {
    if (bar.timestamp.getTime() <= order.decidedAt.getTime() + (model.latencyMs ?? 0)) continue;
    if (order.matchedThrough !== null && bar.timestamp <= order.matchedThrough) continue;
    const open = leaves(order);
    if (open.isZero()) continue;
    const touch = fillPrice(order, bar, model.slippageBps);
    let quantity = touch.price === null ? new Decimal(0) : open;
    if (available !== null) quantity = Decimal.min(quantity, available);
    if (order.timeInForce === 'fok' && quantity.lt(open)) quantity = new Decimal(0);
    if (available !== null) available = available.minus(quantity);
    const execution =
      touch.price === null || quantity.isZero()
        ? null
        : executionOf(order, bar, quantity, touch.price, model);
    matches.push({
      order,
      execution,
      triggered: touch.triggered,
      cancel: quantity.eq(open) ? null : cancelReason(order, session),
    });
  }
  return matches;
}

function cancelReason(order: Order, session: SessionRule): string | null {
  switch (order.timeInForce) {
    case 'gtc':
      return null;
    case 'day':
      return session.barIsSession ? DAY_IS_OVER : null;
    case 'ioc':
      return 'expired: not filled at once';
    case 'fok':
      return 'expired: could not be filled whole at once';
  }
}

function executionOf(
  order: Order,
  bar: PriceBar,
  quantity: Decimal,
  price: Decimal,
  model: FillModel,
): Execution {
  const key = `${order.orderId}\n${bar.timestamp.toISOString()}`;
  return {
    orderId: order.orderId,
    executionId: `paper-${createHash('sha256').update(key).digest('hex').slice(0, 40)}`,
    quantity,
    price,
    commission: commissionOf(model.commission, quantity, price),
    executedAt: bar.timestamp,
  };
}
