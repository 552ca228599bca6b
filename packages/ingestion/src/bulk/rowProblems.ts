import { areTicks, ticksToText } from '@trading/database';
import type { RowProblem } from '../rejectedRow';
import { type BarColumns, PRICES } from './barColumns';

/** The years that partitions are made for. */
const EARLIEST = Date.UTC(1900, 0, 1);
const LATEST = Date.UTC(2201, 0, 1) - 1;
/** What DECIMAL(15,4) holds stays below it. */
const TICKS_LIMIT = 10 ** 15;

/**
 * Whether a row may be stored: the rules of `market_data`'s CHECKs, and that its values are what their columns hold.
 * Runs once for each row of a bulk load, so it says yes or no; {@link rowProblems} says why.
 *
 * @param volumes  the halves of the volume column
 * @param now  epoch milliseconds: a bar that starts after it is none yet
 */
export function isStorable(columns: BarColumns, row: number, volumes: Int32Array, now: number): boolean {
  const low = columns.low[row] as number;
  const high = columns.high[row] as number;
  const open = columns.open[row] as number;
  const close = columns.close[row] as number;
  const timestamp = columns.timestamp[row] as number;
  return (
    low > 0 &&
    low <= open &&
    low <= close &&
    high >= open &&
    high >= close &&
    high < TICKS_LIMIT &&
    Math.floor(low) === low &&
    Math.floor(high) === high &&
    Math.floor(open) === open &&
    Math.floor(close) === close &&
    (volumes[2 * row + 1] as number) >= 0 &&
    timestamp >= EARLIEST &&
    timestamp <= LATEST &&
    timestamp <= now &&
    Math.floor(timestamp) === timestamp
  );
}

/** Every reason why a row may not be stored; none when it may. */
export function rowProblems(columns: BarColumns, row: number, now: number): RowProblem[] {
  const problems: RowProblem[] = [];
  const timestamp = columns.timestamp[row] as number;
  if (!(timestamp >= EARLIEST && timestamp <= LATEST && Number.isInteger(timestamp))) {
    problems.push({
      field: 'timestamp',
      value: String(timestamp),
      reason: 'must be whole milliseconds since 1970, in the years 1900 to 2200',
    });
  } else if (timestamp > now) {
    problems.push({
      field: 'timestamp',
      value: new Date(timestamp).toISOString(),
      reason: `must not be in the future, it is ${new Date(now).toISOString()}`,
    });
  }
  const text = (ticks: number) => (areTicks(ticks) ? ticksToText(ticks) : `${ticks} ticks`);
  const price = Object.fromEntries(PRICES.map((field) => [field, columns[field][row] as number])) as Record<
    (typeof PRICES)[number],
    number
  >;
  const refuse = (field: (typeof PRICES)[number], reason: string) =>
    problems.push({ field, value: text(price[field]), reason });
  for (const field of PRICES) {
    if (!areTicks(price[field])) refuse(field, 'must be a whole number of ten-thousandths below 10^11');
    else if (price[field] <= 0) refuse(field, 'must be above 0');
  }
  for (const field of ['open', 'close', 'low'] as const) {
    if (price.high < price[field]) refuse('high', `must be at least ${field} (${text(price[field])})`);
  }
  for (const field of ['open', 'close'] as const) {
    if (price.low > price[field]) refuse('low', `must be at most ${field} (${text(price[field])})`);
  }
  const volume = columns.volume[row] ?? 0n;
  if (volume < 0n)
    problems.push({ field: 'volume', value: volume.toString(), reason: 'must not be negative' });
  return problems;
}
