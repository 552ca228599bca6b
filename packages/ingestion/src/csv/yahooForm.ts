import {
  type Bar,
  barProblems,
  type Decimal,
  dailyBarStart,
  exactDecimal,
  isTradingError,
  PRICE_COLUMN,
  TradingError,
  tradingDate,
} from '@trading/model';
import { adjustedPrices, type QuotedPrices, roundedPrices } from '../adjustBar';
import type { SourceRow } from '../barRow';
import type { RowProblem } from '../rejectedRow';
import type { CsvRecord } from './readCsvRecords';

/** The series that one Yahoo row means: as quoted, and adjusted for dividends. */
export const YAHOO_SERIES = ['yahoo', 'yahoo_adjusted'] as const;

/** The columns of Yahoo's download form. Any order, and others beside them, are accepted. */
export const YAHOO_COLUMNS = ['Date', 'Open', 'High', 'Low', 'Close', 'Adj Close', 'Volume'] as const;
type YahooColumn = (typeof YAHOO_COLUMNS)[number];

/** Turns one record into its bars, or says what is wrong with it. Remembers the dates that it has seen. */
export type RowReader = (record: CsvRecord) => SourceRow;

const MAX_VOLUME = 2n ** 63n - 1n;

/**
 * Reads daily rows of Yahoo's form. Quotes come with six decimals and the column holds four: each price is rounded
 * once, half away from zero, and the row says so.
 *
 * @param now  a bar that starts after it is refused
 * @throws TradingError `INGESTION.MALFORMED_HEADER` naming the columns that are missing or doubled
 */
export function yahooRowReader(symbol: string, header: readonly string[], now: Date): RowReader {
  const position = columnPositions(header);
  const lineOfDate = new Map<string, number>();
  return (record) => {
    const { line } = record;
    const problems: RowProblem[] = [];
    if (record.fields.length !== header.length) {
      problems.push({
        field: 'line',
        value: record.fields.join(','),
        reason: `has ${record.fields.length} fields, the header has ${header.length}`,
      });
      return { kind: 'rejected', line, timestamp: null, problems };
    }
    const text = (column: YahooColumn) => record.fields[position[column]] ?? '';
    const timestamp = readDate(text('Date'), now, lineOfDate, line, problems);
    const quoted: Partial<Record<YahooColumn, Decimal>> = {};
    for (const column of ['Open', 'High', 'Low', 'Close', 'Adj Close'] as const) {
      const price = readPrice(column, text(column), problems);
      if (price !== undefined) quoted[column] = price;
    }
    const volume = readVolume(text('Volume'), problems);
    const { Open: open, High: high, Low: low, Close: close, 'Adj Close': adjClose } = quoted;
    if (!timestamp || !open || !high || !low || !close || !adjClose || volume === undefined) {
      return { kind: 'rejected', line, timestamp: timestamp ?? null, problems };
    }
    const exact: QuotedPrices = { open, high, low, close };
    problems.push(...named(barProblems({ ...exact, volume })));
    if (problems.length > 0) return { kind: 'rejected', line, timestamp, problems };

    const prices = [roundedPrices(exact), adjustedPrices(exact, adjClose)];
    const bars = prices.map((rounded, index): Bar => {
      const dataSource = YAHOO_SERIES[index] ?? 'yahoo';
      return { symbol, timestamp, dataSource, volume, ...rounded };
    });
    for (const bar of bars) {
      for (const { price, reason } of unstorable(bar)) {
        const field =
          bar.dataSource === 'yahoo_adjusted' && price === 'close' ? 'Adj Close' : columnOf(price);
        problems.push({ field, value: text(field), reason: `${reason} in ${bar.dataSource}` });
      }
    }
    if (problems.length > 0) return { kind: 'rejected', line, timestamp, problems };
    lineOfDate.set(tradingDate(timestamp), line);
    const rounded = [open, high, low, close, adjClose].some((price) => price.dp() > PRICE_COLUMN.scale);
    return { kind: 'bars', line, timestamp, bars, rounded };
  };
}

/** Names are compared without case, spaces and underscores: `adjclose` and `Adj_Close` are Adj Close. */
function plainName(name: string): string {
  return name.toLowerCase().replace(/[\s_]/g, '');
}

function columnPositions(header: readonly string[]): Record<YahooColumn, number> {
  const found = header.map(plainName);
  const positions = YAHOO_COLUMNS.map((column) => [column, found.indexOf(plainName(column))] as const);
  const missing = positions.filter(([, position]) => position < 0).map(([column]) => column);
  const doubled = YAHOO_COLUMNS.filter((column) => {
    const name = plainName(column);
    return found.indexOf(name) !== found.lastIndexOf(name);
  });
  if (missing.length > 0 || doubled.length > 0) {
    const problem = [
      missing.length > 0 ? `lacks ${missing.join(', ')}` : '',
      doubled.length > 0 ? `has ${doubled.join(', ')} more than once` : '',
    ].filter((part) => part !== '');
    throw new TradingError(
      'INGESTION.MALFORMED_HEADER',
      `the header ${problem.join(' and ')}; it must have ${YAHOO_COLUMNS.join(',')}, and it is '${shortened(header.join(','))}'`,
      { details: { missing, doubled, header: shortened(header.join(',')) } },
    );
  }
  return Object.fromEntries(positions) as Record<YahooColumn, number>;
}

function shortened(text: string): string {
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}

function readDate(
  value: string,
  now: Date,
  lineOfDate: ReadonlyMap<string, number>,
  line: number,
  problems: RowProblem[],
): Date | undefined {
  const refuse = (reason: string) => {
    problems.push({ field: 'Date', value, reason });
    return undefined;
  };
  let start: Date;
  try {
    start = dailyBarStart(value);
  } catch (error) {
    if (!isTradingError(error, 'MODEL.INVALID_DATE')) throw error;
    return refuse('must be a calendar date as YYYY-MM-DD');
  }
  // The years that partitions are made for.
  if (value < '1900-01-01' || value > '2199-12-31') return refuse('must be from 1900 to 2199');
  if (start > now) return refuse(`must not be in the future, today is ${tradingDate(now)}`);
  const earlier = lineOfDate.get(value);
  if (earlier !== undefined && earlier !== line)
    return refuse(`must be there once, it is on line ${earlier} too`);
  return start;
}

function readPrice(field: YahooColumn, value: string, problems: RowProblem[]): Decimal | undefined {
  try {
    // Read at full precision: it is rounded once, after the adjustment.
    const price = exactDecimal(field, value, { precision: 31, scale: 20 });
    if (price.gt(0)) return price;
    problems.push({ field, value, reason: 'must be above 0' });
  } catch (error) {
    if (!isTradingError(error)) throw error;
    const reason =
      error.code === 'MODEL.NOT_A_NUMBER'
        ? 'must be a decimal number'
        : 'must have at most 11 digits before the point and 20 after it';
    problems.push({ field, value, reason });
  }
  return undefined;
}

function readVolume(value: string, problems: RowProblem[]): bigint | undefined {
  if (!/^\d{1,19}(\.0+)?$/.test(value) || BigInt(value.split('.')[0] ?? '') > MAX_VOLUME) {
    problems.push({
      field: 'Volume',
      value,
      reason: `must be a whole number of shares from 0 to ${MAX_VOLUME}`,
    });
    return undefined;
  }
  return BigInt(value.split('.')[0] ?? '');
}

/** What rounding to the column broke: nothing but a price too small or too large for it. */
function unstorable(bar: Bar): { price: keyof QuotedPrices; reason: string }[] {
  return (['open', 'high', 'low', 'close'] as const).flatMap((price) => {
    if (!bar[price].gt(0)) return [{ price, reason: 'must be at least 0.0001 once rounded to 4 decimals' }];
    if (bar[price].gte('1e11')) return [{ price, reason: 'must be below 100000000000' }];
    return [];
  });
}

function named(problems: readonly RowProblem[]): RowProblem[] {
  return problems.map((problem) => ({ ...problem, field: columnOf(problem.field) }));
}

function columnOf(field: string): YahooColumn {
  return YAHOO_COLUMNS.find((column) => column.toLowerCase() === field) ?? 'Adj Close';
}
