export {
  createTradingClient,
  type FilterOf,
  type ItemOf,
  type ListPath,
  type TradingClient,
  type TradingClientOptions,
} from './client';
export type { EventsOptions, StreamedEvent, TradingEventRecord } from './events';
export type { components, paths } from './generated/api';
export { TradingApiError } from './tradingApiError';
