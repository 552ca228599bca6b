import type { Decimal } from './decimal';

/** One OHLCV bar of one series. Prices are in the instrument's currency, volume in shares. */
export interface Bar {
  readonly symbol: string;
  /** Start of the bar, UTC. */
  readonly timestamp: Date;
  readonly open: Decimal;
  readonly high: Decimal;
  readonly low: Decimal;
  readonly close: Decimal;
  readonly volume: bigint;
  /** The series that it belongs to, see `parseDataSource`. */
  readonly dataSource: string;
}
