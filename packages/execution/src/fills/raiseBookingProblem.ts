import { createHash } from 'node:crypto';
import type { RiskEvents } from '../ports';
import type { BookingOutcome } from '../sql/fills/bookFill';
import type { Work } from '../work';
import type { ReportedFill } from './reportedFill';

type Problem = Exclude<BookingOutcome, 'booked' | 'duplicate'>;

const MEANING: Readonly<Record<Problem, string>> = {
  late: 'came after its order was done; it is booked',
  conflicting: 'was reported before with other values; what was booked first stands',
  over_fill: 'would fill its order beyond its quantity; it is not booked',
  unknown_order: 'is of an order that is not ours; it is not booked',
};

/** Raises a fill that should not have come, as a critical risk event, once. */
export async function raiseBookingProblem(
  work: Work,
  riskEvents: RiskEvents,
  problem: Problem,
  fill: ReportedFill,
): Promise<void> {
  const values = { quantity: fill.quantity.toString(), price: fill.price.toString() };
  // Another report of the same execution with yet other values is another event.
  const key = [problem, fill.accountId, fill.executionId, fill.orderId, values.quantity, values.price].join(
    '\n',
  );
  await riskEvents.raise(
    work.tx,
    {
      riskEventId: `fill-${createHash('sha256').update(key).digest('hex').slice(0, 40)}`,
      accountId: fill.accountId,
      eventType: problem === 'late' ? 'late_fill' : problem === 'conflicting' ? 'conflicting_fill' : problem,
      severity: 'critical',
      message: `fill ${fill.executionId} of order ${fill.orderId} (${values.quantity} at ${values.price}) ${MEANING[problem]}`,
      data: {
        orderId: fill.orderId,
        executionId: fill.executionId,
        ...values,
        commission: fill.commission.toString(),
        executedAt: fill.executedAt.toISOString(),
      },
      occurredAt: fill.executedAt,
    },
    work.cause,
  );
}
