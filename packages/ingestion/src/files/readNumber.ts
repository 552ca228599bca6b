import { TICKS_PER_UNIT, type Ticks, toTicks } from '@trading/database';
import { Decimal, isTradingError, roundToColumn } from '@trading/model';

/** A cell of a text or Parquet file. */
export type Cell = string | number | bigint | boolean | Date | null | undefined;

/** How a file writes its numbers. */
export interface NumberForm {
  /** Between units and their fraction. */
  readonly decimal: '.' | ',';
}

/** A number that was read, whether it had to be rounded, or why it can't be read. */
export type ReadNumber<Value> = { readonly value: Value; readonly rounded: boolean } | string;

const CURRENCY = /^[$€£¥]|[$€£¥]$/g;
const PLAIN = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d{1,3})?$/i;
const NOT_A_NUMBER = 'must be a decimal number';
const TOO_LARGE = 'must have at most 11 digits before the point and 4 after it';
/** No price and no volume is written with more. */
const MAX_CHARACTERS = 60;

/**
 * A number as it is written in plain: without signs of currency and thousands, with a point. Undefined for what is no
 * number of the form: a thousands sign that does not stand before three digits is none.
 */
export function plainNumber(text: string, { decimal }: NumberForm): string | undefined {
  if (text.length > MAX_CHARACTERS) return undefined;
  const bare = text.replace(CURRENCY, '').trim();
  const [whole = '', ...fractions] = bare.split(decimal);
  if (fractions.length > 1) return undefined;
  const groups = whole.split(decimal === '.' ? ',' : '.').flatMap((part) => part.split(/[ '\u00a0\u202f]/));
  if (groups.length > 1) {
    const [first = '', ...others] = groups;
    if (!/^[+-]?\d{1,3}$/.test(first) || !others.every((group) => /^\d{3}$/.test(group))) return undefined;
  }
  const plain = groups.join('') + (fractions.length === 1 ? `.${fractions[0]}` : '');
  return PLAIN.test(plain) ? plain : undefined;
}

/** The number of a cell as exact text; undefined for what is none. A double stands for the shortest decimal that it is. */
export function numberText(cell: Cell, form: NumberForm): string | undefined {
  if (typeof cell === 'string') return plainNumber(cell, form);
  if (typeof cell === 'bigint') return cell.toString();
  return typeof cell === 'number' && Number.isFinite(cell) ? String(cell) : undefined;
}

/** Reads a price as ticks. More than four decimals are refused, or rounded half away from zero where that is asked for. */
export function readTicks(cell: Cell, form: NumberForm, round: boolean): ReadNumber<Ticks> {
  const text = numberText(cell, form);
  if (text === undefined) return NOT_A_NUMBER;
  try {
    return { value: toTicks('price', text), rounded: false };
  } catch (error) {
    if (!isTradingError(error)) throw error;
    if (!round) return TOO_LARGE;
    return ticksOf(new Decimal(text));
  }
}

/** A price as ticks, rounded half away from zero to the column. */
export function ticksOf(price: Decimal): ReadNumber<Ticks> {
  const rounded = roundToColumn(price);
  if (rounded.abs().gte('1e11')) return TOO_LARGE;
  return { value: rounded.times(TICKS_PER_UNIT).toNumber(), rounded: !rounded.eq(price) };
}

const UNITS: Readonly<Record<string, number>> = { K: 1e3, M: 1e6, B: 1e9, T: 1e12 };
const MAX_VOLUME = 2n ** 63n - 1n;
const NOT_A_VOLUME = `must be a number of shares from 0 to ${MAX_VOLUME}`;

/**
 * Reads a volume: whole units, and what is less than one rounded half up. `58.41M` is read where the form has such units.
 */
export function readVolume(cell: Cell, form: NumberForm, units: boolean): ReadNumber<bigint> {
  let times = 1;
  let number = cell;
  if (units && typeof cell === 'string') {
    if (cell === '-') return { value: 0n, rounded: false };
    times = UNITS[cell.slice(-1).toUpperCase()] ?? 1;
    if (times > 1) number = cell.slice(0, -1).trim();
  }
  const text = numberText(number, form);
  if (text === undefined || /e/i.test(text)) return NOT_A_VOLUME;
  if (times === 1 && /^\d{1,18}$/.test(text)) return { value: BigInt(text), rounded: false };
  const exact = new Decimal(text).times(times);
  const whole = exact.toDecimalPlaces(0, Decimal.ROUND_HALF_UP);
  if (whole.lt(0) || whole.gt(MAX_VOLUME.toString())) return NOT_A_VOLUME;
  return { value: BigInt(whole.toFixed(0)), rounded: !whole.eq(exact) };
}
