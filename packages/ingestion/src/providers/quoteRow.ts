import { type Bar, Decimal, PRICE_COLUMN } from '@trading/model';
import { adjustedPrices, roundedPrices } from '../adjustBar';
import type { SourceRow } from '../barRow';
import type { RowProblem } from '../rejectedRow';

/** One bar as a provider's JSON says it. JSON has doubles: the shortest decimal that a double stands for is what was meant. */
export interface Quote {
  readonly open: number | null;
  readonly high: number | null;
  readonly low: number | null;
  readonly close: number | null;
  readonly volume: number | null;
  /** Given where the row fills a dividend-adjusted series too. */
  readonly adjustedClose?: number | null;
}

const FIELDS = ['open', 'high', 'low', 'close', 'volume', 'adjustedClose'] as const;

/**
 * Turns a quote into the bar of each series, or says what is wrong with it. Prices are rounded to the column, half
 * away from zero, and so is a volume of fractional shares; the row says so.
 *
 * @param position  place in the provider's answer, from 1
 * @param series  the plain series first; the adjusted one second, where the quote has an adjusted close
 */
export function quoteRow(
  position: number,
  symbol: string,
  timestamp: Date,
  quote: Quote,
  series: readonly string[],
): SourceRow {
  const problems: RowProblem[] = [];
  const read = (field: (typeof FIELDS)[number]): Decimal => {
    const value = quote[field];
    if (typeof value === 'number' && Number.isFinite(value)) return new Decimal(String(value));
    problems.push({ field, value: String(value), reason: 'must be a number' });
    return new Decimal(0);
  };
  const exact = { open: read('open'), high: read('high'), low: read('low'), close: read('close') };
  const shares = read('volume');
  const adjustedClose = quote.adjustedClose === undefined ? undefined : read('adjustedClose');
  const reject = (): SourceRow => ({ kind: 'rejected', line: position, timestamp, problems });
  if (problems.length > 0) return reject();
  const volume = BigInt(shares.toDecimalPlaces(0).toFixed(0));
  if (adjustedClose !== undefined && !exact.close.gt(0)) {
    problems.push({ field: 'close', value: exact.close.toString(), reason: 'must be above 0' });
  }
  if (adjustedClose?.gt(0) === false) {
    problems.push({ field: 'adjustedClose', value: adjustedClose.toString(), reason: 'must be above 0' });
  }
  // What a bar has to be is judged where it is stored.
  if (problems.length > 0) return reject();

  const prices = [
    roundedPrices(exact),
    ...(adjustedClose === undefined ? [] : [adjustedPrices(exact, adjustedClose)]),
  ];
  const bars = series.flatMap((dataSource, index): Bar[] => {
    const values = prices[index];
    return values === undefined ? [] : [{ symbol, timestamp, dataSource, volume, ...values }];
  });
  if (volume >= 2n ** 63n) {
    problems.push({ field: 'volume', value: volume.toString(), reason: 'must be below 2^63' });
    return reject();
  }
  const rounded =
    !shares.isInteger() || Object.values(exact).some((price) => price.dp() > PRICE_COLUMN.scale);
  return { kind: 'bars', line: position, timestamp, bars, rounded };
}
