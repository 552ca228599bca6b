import { DECIDED_AT, EXECUTED_AT } from './orderServer';

/** The two statements of an order, as the gateway sends them: each is a transaction of its own. */
export const PLACE = 'SELECT status FROM execution.place_orders($1)';
export const BOOK = 'SELECT outcome FROM execution.book_reports($1)';

/** The argument of {@link PLACE}: an order at the market that a paper broker takes. */
export function placedOrder(orderId: string, accountId: string, side: 'buy' | 'sell'): string {
  return JSON.stringify([
    {
      orderId,
      accountId,
      symbol: 'AAPL',
      side,
      orderType: 'market',
      timeInForce: 'day',
      quantity: '1',
      decidedAt: DECIDED_AT,
      tradingSource: 'yahoo',
      onPaper: true,
      correlationId: orderId,
    },
  ]);
}

/** The argument of {@link BOOK}: the order's only fill. */
export function bookedFill(orderId: string, accountId: string): string {
  return JSON.stringify([
    {
      kind: 'fill',
      orderId,
      accountId,
      executionId: `x-${orderId}`,
      quantity: '1',
      price: '100.25',
      commission: '1',
      executedAt: EXECUTED_AT,
      settlementDate: '2024-06-05',
      correlationId: orderId,
    },
  ]);
}
