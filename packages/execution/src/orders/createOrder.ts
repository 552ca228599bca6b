import { TradingError } from '@trading/model';
import type { PreTradeRisk } from '../ports';
import { insertOrder } from '../sql/orders/insertOrder';
import { readOrder } from '../sql/orders/readOrder';
import type { Work } from '../work';
import { announceOrder } from './announceOrder';
import type { Order } from './order';
import { type CheckedOrder, checkOrder, type OrderRequest } from './orderRequest';
import { sameOrder } from './sameOrder';

/**
 * Decides on an order and stores it in one transaction: `pending` where risk allows it, with its limits reserved, or
 * `rejected` with `denied: ...` and a risk event. Asked for again under the same id, it gives the order that is there.
 *
 * @param dataSource  the series whose last close is the reference price
 * @throws TradingError `EXECUTION.INVALID_ORDER`, `EXECUTION.ORDER_ID_TAKEN`, `MODEL.*`, `DATABASE.*`
 */
export async function createOrder(
  work: Work,
  risk: PreTradeRisk,
  dataSource: string,
  request: OrderRequest,
): Promise<Order> {
  const order = checkOrder(request);
  const decision = await risk.reserve(
    work.tx,
    {
      orderId: order.orderId,
      accountId: order.accountId,
      symbol: order.symbol,
      side: order.side,
      orderType: order.orderType,
      quantity: order.quantity.toString(),
      price: order.price?.toString() ?? null,
      stopPrice: order.stopPrice?.toString() ?? null,
      strategyId: order.strategyId,
      decidedAt: order.decidedAt,
      dataSource,
    },
    work.cause,
  );
  if (decision.outcome === 'known') return existing(work, order);
  const denied = decision.outcome === 'denied';
  const { referencePrice } = decision;
  const [created] = await insertOrder(
    work.tx,
    order,
    {
      status: denied ? 'rejected' : 'pending',
      reason: denied ? `denied: ${decision.reason}` : null,
      referencePrice,
      details: denied
        ? { limit: decision.limit, limitValue: decision.limitValue, observed: decision.observed }
        : { checks: decision.checks },
    },
    work.cause.correlationId,
  );
  if (created === undefined) return existing(work, order);
  announceOrder(work, created, null, created.decidedAt);
  return created;
}

async function existing(work: Work, asked: CheckedOrder): Promise<Order> {
  const { orderId } = asked;
  const order = await readOrder(work.tx, orderId);
  if (order !== undefined) return sameOrder(order, asked);
  throw new TradingError('EXECUTION.ORDER_LOST', `order ${orderId} was known to risk and is not there`, {
    kind: 'bug',
    details: { orderId },
  });
}
