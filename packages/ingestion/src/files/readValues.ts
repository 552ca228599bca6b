import { TICKS_PER_UNIT, type Ticks, toTicks } from '@trading/database';
import { Decimal, dailyBarStart, isTradingError, roundToColumn } from '@trading/model';
import type { RowProblem } from '../rejectedRow';
import type { TimeFormat } from './mapping';

/** A cell of a CSV or Parquet file. */
export type Cell = string | number | bigint | boolean | Date | null | undefined;

/** Reads a price as ticks; a problem is added for what is none, and for more than four decimals unless they may be rounded. */
export function readTicks(field: string, cell: Cell, round: boolean, problems: RowProblem[]): Ticks {
  const text =
    typeof cell === 'string' || typeof cell === 'number' || typeof cell === 'bigint' ? String(cell) : '';
  try {
    return toTicks(field, text);
  } catch (error) {
    if (!isTradingError(error)) throw error;
    if (round && error.code === 'MODEL.DOES_NOT_FIT') {
      const rounded = roundToColumn(new Decimal(text));
      if (rounded.abs().lt('1e11')) return rounded.times(TICKS_PER_UNIT).toNumber();
    }
    const reason =
      error.code === 'MODEL.NOT_A_NUMBER'
        ? 'must be a decimal number'
        : 'must have at most 11 digits before the point and 4 after it';
    problems.push({ field, value: shown(cell), reason });
    return 0;
  }
}

/** Reads a number of shares: a whole one. */
export function readShares(field: string, cell: Cell, problems: RowProblem[]): bigint {
  if (cell === undefined) return 0n;
  const text = String(cell).trim();
  if (/^\d{1,18}(\.0+)?$/.test(text)) return BigInt(text.split('.')[0] ?? '');
  problems.push({ field, value: shown(cell), reason: 'must be a whole number of shares' });
  return 0n;
}

const WITH_ZONE = /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?(Z|[+-]\d{2}:?\d{2})$/;

/** Reads the start of a bar as epoch milliseconds; NaN with a problem for what is none. */
export function readStart(field: string, cell: Cell, format: TimeFormat, problems: RowProblem[]): number {
  const refuse = (reason: string) => {
    problems.push({ field, value: shown(cell), reason });
    return Number.NaN;
  };
  if (cell instanceof Date)
    return format === 'date' ? startOfDay(cell.toISOString().slice(0, 10), refuse) : cell.getTime();
  const text = String(cell ?? '').trim();
  switch (format) {
    case 'date':
      return startOfDay(text, refuse);
    case 'iso': {
      const time = WITH_ZONE.test(text) ? Date.parse(text.replace(' ', 'T')) : Number.NaN;
      return Number.isNaN(time) ? refuse('must be a time with its zone, like 2024-01-02T14:30:00Z') : time;
    }
    case 'epoch_s':
    case 'epoch_ms':
      if (!/^-?\d{1,15}$/.test(text)) return refuse('must be a whole number since 1970');
      return Number(text) * (format === 'epoch_s' ? 1_000 : 1);
  }
}

function startOfDay(text: string, refuse: (reason: string) => number): number {
  try {
    return dailyBarStart(text).getTime();
  } catch (error) {
    if (!isTradingError(error, 'MODEL.INVALID_DATE')) throw error;
    return refuse('must be a calendar date as YYYY-MM-DD');
  }
}

function shown(cell: Cell): string {
  const text = cell instanceof Date ? cell.toISOString() : String(cell);
  return text.length > 100 ? `${text.slice(0, 100)}…` : text;
}
