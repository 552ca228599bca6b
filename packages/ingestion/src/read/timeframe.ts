import { parseDataSource, TradingError } from '@trading/model';

/** What bars may be made of finer ones. */
export const RESAMPLED = ['5m', '15m', '30m', '1h', '1d'] as const;
export type Resampled = (typeof RESAMPLED)[number];

const MINUTES: Readonly<Record<string, number>> = { m: 1, h: 60, d: 1_440, w: 10_080 };

/** How many minutes a timeframe spans: `5m` is 5. */
export function minutesOf(timeframe: string): number {
  return Number(timeframe.slice(0, -1)) * (MINUTES[timeframe.slice(-1)] ?? Number.NaN);
}

/**
 * Refuses to make bars of a series that is not finer, or does not divide them.
 *
 * @throws TradingError `INGESTION.INVALID_TIMEFRAME`
 */
export function checkResampling(dataSource: string, every: Resampled): void {
  const { timeframe } = parseDataSource(dataSource);
  const from = minutesOf(timeframe);
  const to = minutesOf(every);
  if (from < to && to % from === 0) return;
  throw new TradingError(
    'INGESTION.INVALID_TIMEFRAME',
    `bars of ${every} can't be made of ${dataSource}, whose bars span ${timeframe}; they must be shorter and divide ${every}`,
    { details: { field: 'every', value: every, dataSource, timeframe } },
  );
}
