import type { Brokers } from '../broker/brokers';
import { type OrderHistory, selectOrderHistory } from '../sql/orders/selectOrderHistory';
import { inSavepoint, type Work } from '../work';
import type { OrderRequest } from './orderRequest';
import { placeOrders } from './placeOrders';
import { unknownOrder } from './transitionOrder';

/**
 * Places an order and takes it back before anybody can see it, so that what is shown is what placing decides, by the same
 * statements. Other orders of the account wait for it, as they wait for any order.
 *
 * @throws TradingError `EXECUTION.INVALID_ORDER`, `EXECUTION.ORDER_ID_TAKEN`, `MODEL.*`, `DATABASE.*`
 */
export async function previewOrder(
  work: Work,
  brokers: Brokers,
  request: OrderRequest,
): Promise<OrderHistory> {
  return inSavepoint(work, async () => {
    await placeOrders(work.tx, brokers, [{ request, cause: work.cause }]);
    const history = await selectOrderHistory(work.tx, request.orderId);
    if (history === undefined) throw unknownOrder(request.orderId);
    return { keep: false, value: history };
  });
}
