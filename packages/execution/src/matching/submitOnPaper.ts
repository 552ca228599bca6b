import type { Order } from '../orders/order';
import { transitionOrder } from '../orders/transitionOrder';
import type { Work } from '../work';
import type { PaperBroker } from './paperBroker';

/**
 * Hands an allowed order to the paper broker, which takes it at once, or refuses it. One that was denied, or is handed
 * over elsewhere, stays as it is.
 *
 * @param broker  null where a broker session hands the account's orders to a remote broker
 */
export async function submitOnPaper(work: Work, broker: PaperBroker | null, order: Order): Promise<Order> {
  if (order.status !== 'pending' || broker === null) return order;
  const occurredAt = order.decidedAt;
  const refusal = broker.refuse(order);
  return refusal === null
    ? transitionOrder(work, order, 'submitted', { event: 'submitted', occurredAt })
    : transitionOrder(work, order, 'rejected', {
        event: 'rejected',
        reason: `rejected: ${refusal}`,
        occurredAt,
      });
}
