import { createHash } from 'node:crypto';
import type { Order } from '../orders/order';
import type { FillModel } from './matchBar';

/**
 * Why the paper broker refuses an order, or null where it takes it. As likely as the model's `rejectRate`, and the same
 * each time for the same seed and order.
 */
export function refuseOrder(order: Pick<Order, 'orderId'>, model: FillModel): string | null {
  const { rejectRate = 0, seed = '' } = model;
  if (rejectRate === 0) return null;
  const draw = createHash('sha256').update(`${seed}\n${order.orderId}`).digest().readUInt32BE() / 2 ** 32;
  return draw < rejectRate ? 'by the paper broker, as its reject rate asks for' : null;
}
