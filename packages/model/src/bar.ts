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

/** Why a bar cannot be stored: which field, what it held, what would be right. */
export interface BarProblem {
  readonly field: string;
  readonly value: string;
  readonly reason: string;
}

/**
 * Holds a bar to the rules that `market_data`'s CHECKs enforce: prices above zero, high the highest and low the
 * lowest of the four, volume not negative. An empty list means valid.
 */
export function barProblems(bar: Pick<Bar, 'open' | 'high' | 'low' | 'close' | 'volume'>): BarProblem[] {
  const problems: BarProblem[] = [];
  for (const field of ['open', 'high', 'low', 'close'] as const) {
    if (!bar[field].gt(0)) problems.push({ field, value: bar[field].toString(), reason: 'must be above 0' });
  }
  for (const field of ['open', 'close', 'low'] as const) {
    if (bar.high.lt(bar[field])) {
      problems.push({
        field: 'high',
        value: bar.high.toString(),
        reason: `must be at least ${field} (${bar[field]})`,
      });
    }
  }
  for (const field of ['open', 'close'] as const) {
    if (bar.low.gt(bar[field])) {
      problems.push({
        field: 'low',
        value: bar.low.toString(),
        reason: `must be at most ${field} (${bar[field]})`,
      });
    }
  }
  if (bar.volume < 0n)
    problems.push({ field: 'volume', value: bar.volume.toString(), reason: 'must not be negative' });
  return problems;
}
