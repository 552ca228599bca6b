import { Decimal, settlementDate } from '@trading/model';
import { announceOrder, ofChain } from '../orders/announceOrder';
import type { Order } from '../orders/order';
import type { RiskEvents } from '../ports';
import { type BookedFillRow, type BookingOutcome, bookFillRow } from '../sql/fills/bookFill';
import { readOrder } from '../sql/orders/readOrder';
import type { Work } from '../work';
import { raiseBookingProblem } from './raiseBookingProblem';
import type { ReportedFill } from './reportedFill';

/** What came of a fill. */
export interface Booking {
  readonly outcome: BookingOutcome;
  /** The order as it is now; undefined where there is none of this id. */
  readonly order: Order | undefined;
}

/**
 * Books a fill, once however often it is reported, and publishes what follows from it: the order's move, the trade, the
 * position. What can't be booked, or should not have come, is raised as a risk event in the same transaction.
 *
 * @param order  the order as read in this transaction under its lock, where the caller has it
 * @throws TradingError `DATABASE.*`
 */
export async function bookFill(
  work: Work,
  riskEvents: RiskEvents,
  fill: ReportedFill,
  order?: Order,
): Promise<Booking> {
  const row = await bookFillRow(work.tx, {
    orderId: fill.orderId,
    executionId: fill.executionId,
    quantity: fill.quantity.toString(),
    price: fill.price.toString(),
    commission: fill.commission.toString(),
    executedAt: fill.executedAt,
    settlementDate: settlementDate(fill.executedAt),
    correlationId: work.cause.correlationId,
  });
  const outcome = row?.outcome ?? 'unknown_order';
  if (outcome !== 'booked' && outcome !== 'duplicate')
    await raiseBookingProblem(work, riskEvents, outcome, fill);
  const before = order ?? (outcome === 'unknown_order' ? undefined : await readOrder(work.tx, fill.orderId));
  if (row === undefined || before === undefined || (outcome !== 'booked' && outcome !== 'late')) {
    return { outcome, order: before };
  }
  const after = withBooking(before, row);
  announceBooking(work, before, after, row, fill);
  return { outcome, order: after };
}

function withBooking(order: Order, row: BookedFillRow): Order {
  return {
    ...order,
    status: row.status ?? order.status,
    filledQuantity: new Decimal(row.filled_quantity ?? order.filledQuantity),
    avgFillPrice: row.avg_fill_price === null ? null : new Decimal(row.avg_fill_price),
  };
}

function announceBooking(
  work: Work,
  before: Order,
  after: Order,
  row: BookedFillRow,
  fill: ReportedFill,
): void {
  const occurredAt = fill.executedAt;
  if (row.previous_status === 'pending') {
    announceOrder(work, { ...before, status: 'submitted' }, 'pending', occurredAt);
    announceOrder(work, after, 'submitted', occurredAt);
  } else {
    announceOrder(work, after, row.previous_status, occurredAt);
  }
  work.publish(
    'trade_executed',
    {
      tradeId: row.trade_id ?? '',
      executionId: fill.executionId,
      orderId: fill.orderId,
      accountId: after.accountId,
      symbol: after.symbol,
      side: after.side,
      quantity: fill.quantity.toString(),
      price: fill.price.toString(),
      commission: fill.commission.toString(),
      realizedPnl: row.trade_realized_pnl ?? '0',
      executedAt: occurredAt.toISOString(),
      strategyId: after.strategyId,
    },
    ofChain(after.correlationId, occurredAt),
  );
  work.publish(
    'position_updated',
    {
      accountId: after.accountId,
      symbol: after.symbol,
      quantity: row.position_quantity ?? '0',
      avgPrice: row.position_avg_price ?? '0',
      realizedPnl: row.position_realized_pnl ?? '0',
      unrealizedPnl: row.unrealized_pnl,
      marketValue: row.market_value,
      markPrice: row.mark_price,
      asOf: occurredAt.toISOString(),
      cause: 'fill',
    },
    ofChain(after.correlationId, occurredAt),
  );
}
