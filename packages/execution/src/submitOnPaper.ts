import type { Order } from './order';
import type { PaperBroker } from './paper/paperBroker';
import { transitionOrder } from './transitionOrder';
import type { Work } from './work';

/** Hands a pending order to the paper broker, which takes it at once, or refuses it. */
export function submitOnPaper(
  work: Work,
  broker: PaperBroker,
  order: Order,
  occurredAt: Date,
): Promise<Order> {
  const refusal = broker.refuse(order);
  return refusal === null
    ? transitionOrder(work, order, 'submitted', { event: 'submitted', occurredAt })
    : transitionOrder(work, order, 'rejected', {
        event: 'rejected',
        reason: `rejected: ${refusal}`,
        occurredAt,
      });
}
