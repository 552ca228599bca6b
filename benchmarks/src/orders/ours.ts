import { createExecutionService, type OrderRequest, type ReportedFill } from '@trading/execution';
import { Decimal } from '@trading/model';
import { DECIDED_AT, EXECUTED_AT, type OrderServer } from './orderServer';
import { BOOK, bookedFill, PLACE, placedOrder } from './statements';
import type { TradeOnce } from './workers';

/** By the service, as `trading run` and the commands place and book: calls that come at once share a transaction. */
export function serviceTrade({ pool }: OrderServer): TradeOnce {
  const execution = createExecutionService({ pool });
  return async (order) => {
    await execution.placeOrder(requestOf(order));
    await execution.bookFill(fillOf(order));
  };
}

/** The service's SQL through pg alone: what is left of the rate when nothing of ours is in between. */
export function bareTrade({ pool }: OrderServer): TradeOnce {
  return async ({ orderId, accountId, side }) => {
    await pool.query({ name: 'bench.place', text: PLACE, values: [placedOrder(orderId, accountId, side)] });
    await pool.query({ name: 'bench.book', text: BOOK, values: [bookedFill(orderId, accountId)] });
  };
}

function requestOf({ orderId, accountId, side }: Parameters<TradeOnce>[0]): OrderRequest {
  return {
    orderId,
    accountId,
    symbol: 'AAPL',
    side,
    quantity: '1',
    tradingSource: 'yahoo',
    decidedAt: new Date(DECIDED_AT),
  };
}

function fillOf({ orderId, accountId }: Parameters<TradeOnce>[0]): ReportedFill {
  return {
    accountId,
    orderId,
    executionId: `x-${orderId}`,
    quantity: new Decimal(1),
    price: new Decimal('100.25'),
    commission: new Decimal(1),
    executedAt: new Date(EXECUTED_AT),
  };
}
