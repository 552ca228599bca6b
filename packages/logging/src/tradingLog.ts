import type { TradingEvent } from '@trading/model';

/** A line of `trading_logs`. Quantity and price are decimal text. */
export interface TradingLogLine {
  readonly timestamp: Date;
  readonly tradeId: string | null;
  readonly orderId: string;
  readonly symbol: string;
  readonly side: string;
  readonly quantity: string;
  /** A trade's price; of an order the average of its fills, or else its limit or trigger, or else nothing. */
  readonly price: string | null;
  readonly strategy: string | null;
  /** The order's status; `executed` for a trade. */
  readonly status: string;
  readonly errorMessage: string | null;
  readonly correlationId: string;
  readonly eventId: string;
}

/** What an event leaves in the trading log; null for all but orders and trades. */
export function tradingLogLine(event: TradingEvent): TradingLogLine | null {
  const common = { timestamp: event.occurredAt, correlationId: event.correlationId, eventId: event.id };
  switch (event.type) {
    case 'order_updated': {
      const { data } = event;
      return {
        ...common,
        tradeId: null,
        orderId: data.orderId,
        symbol: data.symbol,
        side: data.side,
        quantity: data.quantity,
        price: data.avgFillPrice ?? data.price ?? data.stopPrice,
        strategy: data.strategyId,
        status: data.status,
        errorMessage: data.reason,
      };
    }
    case 'trade_executed': {
      const { data } = event;
      return {
        ...common,
        tradeId: data.tradeId,
        orderId: data.orderId,
        symbol: data.symbol,
        side: data.side,
        quantity: data.quantity,
        price: data.price,
        strategy: data.strategyId,
        status: 'executed',
        errorMessage: null,
      };
    }
    default:
      return null;
  }
}
