import type { EventData } from '@trading/model';

/** The news of one daily bar. */
export function bars(symbol: string): EventData<'market_data_updated'> {
  return {
    symbol,
    dataSource: 'yahoo',
    from: '2017-05-12T04:00:00.000Z',
    to: '2017-05-12T04:00:00.000Z',
    inserted: 1,
    updated: 0,
  };
}

/** A signal to be long. */
export function signal(symbol: string): EventData<'signal_generated'> {
  return {
    signalId: `signal-${symbol}`,
    strategyId: 'crossover',
    accountId: 'paper',
    symbol,
    signal: 'buy',
    strength: '1',
    targetNotional: '10000',
    price: '156.1',
    barTimestamp: '2017-05-12T04:00:00.000Z',
    dataSource: 'yahoo_adjusted',
  };
}

/** An order that was sent to the broker. */
export function order(orderId: string): EventData<'order_updated'> {
  return {
    orderId,
    accountId: 'paper',
    symbol: 'AAPL',
    side: 'buy',
    orderType: 'market',
    timeInForce: 'day',
    quantity: '10',
    price: null,
    stopPrice: null,
    previousStatus: 'pending',
    status: 'submitted',
    filledQuantity: '0',
    avgFillPrice: null,
    strategyId: null,
    reason: null,
  };
}
