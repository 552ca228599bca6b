import { createEvent, type EventData, type TradingEvent } from '@trading/model';

/** The type of event that is published where only one is. */
export const EVENT_TYPE = 'market_data_updated';

/** News of one bar; its number is in the data, its key is one of a hundred symbols. */
export function barNews(number: number): EventData<typeof EVENT_TYPE> {
  return {
    symbol: `SYM${number % 100}`,
    dataSource: 'yahoo',
    from: '2017-05-12T04:00:00.000Z',
    to: '2017-05-12T04:00:00.000Z',
    inserted: number,
    updated: 0,
  };
}

/** Events with the numbers `first`, `first + 1`, ... */
export function newsOf(first: number, count: number): TradingEvent[] {
  return Array.from({ length: count }, (_, index) =>
    createEvent(EVENT_TYPE, barNews(first + index), { service: 'ingestion' }),
  );
}
