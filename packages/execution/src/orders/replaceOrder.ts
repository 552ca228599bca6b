import { type DecimalInput, exactDecimal, TradingError } from '@trading/model';
import type { Brokers } from '../broker/brokers';
import { readReplacement } from '../sql/orders/readReplacement';
import { inSavepoint, type Work } from '../work';
import type { Order } from './order';
import type { OrderRequest } from './orderRequest';
import { placeOrders } from './placeOrders';
import { requireOrder, transitionOrder } from './transitionOrder';
import { isTerminal } from './transitions';

/** What a replacement changes; what is not told stays. */
export interface Replacement {
  /** The new order's id. */
  readonly orderId: string;
  /** In all, what was filled already included, as FIX counts it. */
  readonly quantity?: DecimalInput;
  readonly price?: DecimalInput;
  readonly stopPrice?: DecimalInput;
  readonly decidedAt: Date;
  /** Who takes the old one out: we, with the new one's order; or the broker, once it is asked to. */
  readonly by: 'us' | 'the broker';
}

/**
 * Puts a new order in the place of a working one, in one transaction: either the old one is cancelled and the new one
 * stands, or, where risk denies the new one, the old one works on and the new one is stored as rejected. Where the broker
 * replaces, the old one works on until the broker says so. Asked again, it gives the replacement that is there.
 *
 * @throws TradingError `EXECUTION.NOT_REPLACEABLE`, `EXECUTION.UNKNOWN_ORDER`, `EXECUTION.INVALID_ORDER`, `MODEL.*`
 */
export async function replaceOrder(
  work: Work,
  brokers: Brokers,
  orderId: string,
  replacement: Replacement,
): Promise<Order> {
  const old = await requireOrder(work, orderId, { lock: true });
  const replaced = await readReplacement(work.tx, orderId);
  if (replaced === replacement.orderId) return requireOrder(work, replaced);
  if (isTerminal(old.status)) throw notReplaceable(old, `it is ${old.status}`);
  if (replaced !== undefined) throw notReplaceable(old, `order ${replaced} is to take its place`);
  const request = requestOf(old, replacement);
  // Both may fill until the broker has done it, so both are counted.
  if (replacement.by === 'the broker') return place(work, brokers, request);
  const standing = await inSavepoint(work, async () => {
    await transitionOrder(work, old, 'cancelled', {
      event: 'replaced',
      reason: `replaced by ${replacement.orderId}`,
      occurredAt: replacement.decidedAt,
    });
    const created = await place(work, brokers, request);
    return { keep: created.replacesOrderId !== null, value: created };
  });
  if (standing.replacesOrderId !== null) return standing;
  // Undone with the cancel: judged again beside the old order, so that the denial is on record.
  return place(work, brokers, request);
}

async function place({ tx, cause }: Work, brokers: Brokers, request: OrderRequest): Promise<Order> {
  const [order] = await placeOrders(tx, brokers, [{ request, cause }]);
  return order as Order;
}

function requestOf(old: Order, replacement: Replacement): OrderRequest {
  const total = exactDecimal('quantity', replacement.quantity ?? old.quantity);
  const rest = total.minus(old.filledQuantity);
  if (!rest.gt(0)) {
    throw notReplaceable(old, `${old.filledQuantity} of it is filled, which leaves nothing of ${total}`);
  }
  const price = replacement.price ?? old.price;
  const stopPrice = replacement.stopPrice ?? old.stopPrice;
  return {
    orderId: replacement.orderId,
    accountId: old.accountId,
    symbol: old.symbol,
    side: old.side,
    orderType: old.orderType,
    timeInForce: old.timeInForce,
    quantity: rest,
    decidedAt: replacement.decidedAt,
    tradingSource: old.tradingSource,
    replacesOrderId: old.orderId,
    ...(price === null ? {} : { price }),
    ...(stopPrice === null ? {} : { stopPrice }),
    ...(old.strategyId === null ? {} : { strategyId: old.strategyId }),
    ...(old.signalId === null ? {} : { signalId: old.signalId }),
  };
}

function notReplaceable(order: Order, why: string): TradingError {
  return new TradingError('EXECUTION.NOT_REPLACEABLE', `order ${order.orderId} can't be replaced: ${why}`, {
    details: { orderId: order.orderId, status: order.status },
  });
}
