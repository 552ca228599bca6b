import { Decimal, isTradingError, parseSymbol, shortText } from '@trading/model';
import { adjustedPrices } from '../adjustBar';
import type { BarColumns } from '../bulk/barColumns';
import { ColumnsBuilder } from '../bulk/columnsBuilder';
import type { RowProblem } from '../rejectedRow';
import type { MappedColumn } from './mapping';
import { type Cell, numberText, type ReadNumber, readTicks, readVolume, ticksOf } from './readNumber';
import type { ReadingPlan } from './recognise';
import { startReader } from './timeForm';

/** Gives the cell of a column in the row that is being read; undefined for a column that isn't mapped. */
export type CellOf = (column: MappedColumn) => Cell;

/** Rows of a file on their way to bulk ingest. */
export interface RowCollector {
  /** @param line  place in the file, from 1 */
  add(line: number, cell: CellOf): void;
  /** Adds a row that can't be read at all. */
  refuse(line: number, problem: RowProblem): void;
  readonly sourceRows: number;
  /** What was collected, and a new beginning. */
  take(): BarColumns;
}

const DAY_MS = 86_400_000;
const PRICES = ['open', 'high', 'low', 'close'] as const;

/**
 * Collects rows by a plan: each becomes a bar in the first series, and one in the second where the file has an adjusted
 * close. A row whose symbol can't be read is rejected under the file's own symbol. One without any price says nothing, and
 * is passed over and counted.
 */
export function collectRows(
  { mapping, daysOnly }: ReadingPlan,
  dataSources: readonly [string, ...string[]],
  symbol: string,
): RowCollector {
  const { round = false, decimal = '.', volumeUnits = false, timeFormat, timezone, symbolSuffix } = mapping;
  const form = { decimal };
  const [plain, adjusted] = dataSources;
  const read = startReader(timeFormat, timezone);
  let columns = new ColumnsBuilder();
  let problems: RowProblem[] = [];
  let rounded = false;

  const refuse = (column: MappedColumn, cell: Cell, reason: string) => {
    problems.push({ field: String(mapping[column] ?? column), value: shownCell(cell), reason });
  };
  const taken = <Value>(column: MappedColumn, cell: Cell, number: ReadNumber<Value>, none: Value): Value => {
    if (typeof number === 'string') {
      refuse(column, cell, number);
      return none;
    }
    rounded ||= number.rounded;
    return number.value;
  };
  const price = (column: (typeof PRICES)[number], cell: Cell) =>
    taken(column, cell, readTicks(cell, form, round), 0);

  const add = (line: number, cell: CellOf) => {
    columns.sourceRows += 1;
    problems = [];
    rounded = false;
    const prices = { open: cell('open'), high: cell('high'), low: cell('low'), close: cell('close') };
    if (PRICES.every((field) => prices[field] === '' || prices[field] === null)) {
      columns.emptyRows += 1;
      return;
    }
    const start = startOf(cell);
    const bar = {
      open: price('open', prices.open),
      high: price('high', prices.high),
      low: price('low', prices.low),
      close: price('close', prices.close),
    };
    const shares = cell('volume');
    const volume =
      mapping.volume === undefined ? 0n : taken('volume', shares, readVolume(shares, form, volumeUnits), 0n);
    const own = mapping.symbol === undefined ? symbol : symbolOf(cell('symbol'));
    const series = columns.seriesIndex({ symbol: own ?? symbol, dataSource: plain });
    const second = adjusted === undefined ? undefined : adjustedTicks(prices, cell('adjustedClose'));
    if (rounded) columns.roundedRows += 1;
    if (problems.length > 0) columns.appendUnreadable(series, start, problems, line);
    else columns.append(series, { timestamp: start, ...bar, volume }, line);
    if (problems.length > 0 || second === undefined || adjusted === undefined) return;
    const twin = columns.seriesIndex({ symbol: own ?? symbol, dataSource: adjusted });
    columns.append(twin, { timestamp: start, ...second, volume }, line);
  };

  function startOf(cell: CellOf): number {
    const date = cell('timestamp');
    if (date instanceof Date) {
      if (timeFormat !== 'date') return date.getTime();
      return startFrom(date.toISOString().slice(0, 10), date);
    }
    const text = mapping.time === undefined ? String(date ?? '') : `${date ?? ''} ${cell('time') ?? ''}`;
    return startFrom(text.trim(), text);
  }
  function startFrom(text: string, shown: Cell): number {
    const start = read(text);
    if (typeof start === 'string') {
      refuse('timestamp', shown, start);
      return Number.NaN;
    }
    if (daysOnly && !isMidnight(text)) refuse('timestamp', shown, 'must be midnight, as every row before it');
    return start;
  }
  /** On the file's own clock. */
  const clock = startReader(timeFormat, 'UTC');
  function isMidnight(text: string): boolean {
    const start = clock(text);
    return typeof start === 'number' && start % DAY_MS === 0;
  }

  function symbolOf(cell: Cell): string | undefined {
    const text = String(cell);
    const bare =
      symbolSuffix !== undefined && text.endsWith(symbolSuffix) ? text.slice(0, -symbolSuffix.length) : text;
    try {
      return parseSymbol(bare);
    } catch (error) {
      if (!isTradingError(error)) throw error;
      refuse('symbol', cell, 'must be a symbol: 1 to 20 of A-Z, 0-9 and . - ^ = /');
      return undefined;
    }
  }

  /** The bar adjusted for dividends, from the prices as they are written: each is rounded once. */
  function adjustedTicks(prices: Readonly<Record<(typeof PRICES)[number], Cell>>, adjustedClose: Cell) {
    const texts = [prices.open, prices.high, prices.low, prices.close, adjustedClose].map((cell) =>
      numberText(cell, form),
    );
    const [open, high, low, close, own] = texts.map((text) =>
      text === undefined ? undefined : new Decimal(text),
    );
    if (own === undefined || !own.gt(0))
      refuse(
        'adjustedClose',
        adjustedClose,
        own === undefined ? 'must be a decimal number' : 'must be above 0',
      );
    if (!open || !high || !low || !close?.gt(0) || !own?.gt(0)) return undefined;
    const scaled = adjustedPrices({ open, high, low, close }, own);
    const ticks = (column: 'open' | 'high' | 'low' | 'close') => {
      const field = column === 'close' ? 'adjustedClose' : column;
      return taken(field, column === 'close' ? adjustedClose : prices[column], ticksOf(scaled[column]), 0);
    };
    return { open: ticks('open'), high: ticks('high'), low: ticks('low'), close: ticks('close') };
  }

  return {
    add,
    refuse(line, problem) {
      columns.sourceRows += 1;
      columns.appendUnreadable(
        columns.seriesIndex({ symbol, dataSource: plain }),
        Number.NaN,
        [problem],
        line,
      );
    },
    get sourceRows() {
      return columns.sourceRows;
    },
    take() {
      const full = columns;
      columns = new ColumnsBuilder(full.rows);
      return full;
    },
  };
}

function shownCell(cell: Cell): string {
  return shortText(cell instanceof Date ? cell.toISOString() : String(cell ?? ''));
}
