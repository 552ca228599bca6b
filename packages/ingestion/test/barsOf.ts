import { ColumnsBuilder } from '../src/bulk/columnsBuilder';

/** One bar of a test: day is counted from 2020-01-01, price in ticks. */
export interface TestBar {
  readonly symbol: string;
  readonly dataSource?: string;
  readonly day: number;
  readonly price: number;
  readonly volume?: bigint;
}

/** Columns that hold these bars, flat at their price. */
export function barsOf(bars: readonly TestBar[]): ColumnsBuilder {
  const columns = new ColumnsBuilder(Math.max(1, bars.length));
  for (const { symbol, dataSource = 'polygon', day, price, volume = 100n } of bars) {
    columns.append(columns.seriesIndex({ symbol, dataSource }), {
      timestamp: Date.UTC(2020, 0, 1 + day),
      open: price,
      high: price,
      low: price,
      close: price,
      volume,
    });
  }
  return columns;
}
