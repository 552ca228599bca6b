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
