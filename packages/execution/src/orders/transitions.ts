import { type OrderStatus, TradingError } from '@trading/model';

/**
 * The life of an order, FIX OrdStatus narrowed to what is stored:
 *
 *   pending           decided and reserved, not yet with the broker
 *   submitted         the broker has it
 *   partially_filled  some of it is filled, the rest works
 *   filled            done
 *   cancelled         withdrawn or expired; what was filled stays
 *   rejected          denied by risk, or refused by the broker
 *
 * The database holds the same table in `execution.check_order_transition`; a test compares the two.
 */
export const TRANSITIONS: Readonly<Record<OrderStatus, readonly OrderStatus[]>> = {
  pending: ['submitted', 'rejected', 'cancelled'],
  submitted: ['partially_filled', 'filled', 'cancelled', 'rejected'],
  partially_filled: ['partially_filled', 'filled', 'cancelled'],
  filled: [],
  cancelled: [],
  rejected: [],
};

/** Whether an order in this state can no longer fill in the ordinary way. */
export function isTerminal(status: OrderStatus): boolean {
  return TRANSITIONS[status].length === 0;
}

/**
 * Refuses a move that the table does not have.
 *
 * @throws TradingError `EXECUTION.ILLEGAL_TRANSITION`
 */
export function assertTransition(orderId: string, from: OrderStatus, to: OrderStatus): void {
  if (TRANSITIONS[from].includes(to)) return;
  const allowed = TRANSITIONS[from];
  throw new TradingError(
    'EXECUTION.ILLEGAL_TRANSITION',
    `order ${orderId} is ${from} and can't become ${to}: ` +
      (allowed.length === 0 ? `${from} is final` : `from there it can become ${allowed.join(', ')}`),
    { details: { orderId, from, to, allowed } },
  );
}
