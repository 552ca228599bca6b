import { type DecimalInput, exactDecimal, PRICE_COLUMN, TradingError } from '@trading/model';

/**
 * A DECIMAL(15,4) as a whole number of ten-thousandths, in a JavaScript number. It has at most 15 digits and 2^53 has
 * 16, so the number is exact: it counts ticks, it does not approximate a price. Bulk code holds columns of them.
 */
export type Ticks = number;

/** Ticks in one unit. */
export const TICKS_PER_UNIT = 10_000;

/** The first count of ticks that DECIMAL(15,4) can't hold. */
export const TICKS_LIMIT = 10 ** 15;

const PLAIN = /^([+-]?)(\d{1,11})(?:\.(\d{0,4}))?$/;

/**
 * Reads a decimal as ticks, exactly; nothing is rounded.
 *
 * @param field  the name to use in the error
 * @throws TradingError `MODEL.NOT_A_NUMBER` or `MODEL.DOES_NOT_FIT`, naming the field and the value
 */
export function toTicks(field: string, value: DecimalInput): Ticks {
  // The usual form needs no big arithmetic: this runs once for every price of a bulk load.
  const match = typeof value === 'string' ? PLAIN.exec(value) : null;
  if (match !== null) {
    const [, sign, whole = '', fraction = ''] = match;
    const ticks = Number(whole) * TICKS_PER_UNIT + Number(fraction.padEnd(4, '0'));
    return sign === '-' && ticks !== 0 ? -ticks : ticks;
  }
  return exactDecimal(field, value, PRICE_COLUMN).times(TICKS_PER_UNIT).toNumber();
}

/** The decimal that a count of ticks stands for, with all four decimals: `64.5014`. */
export function ticksToText(ticks: Ticks): string {
  const digits = Math.abs(ticks).toString().padStart(5, '0');
  return `${ticks < 0 ? '-' : ''}${digits.slice(0, -4)}.${digits.slice(-4)}`;
}

/** Whether a number is a count of ticks that DECIMAL(15,4) can hold. */
export function areTicks(ticks: number): boolean {
  return Number.isInteger(ticks) && ticks > -TICKS_LIMIT && ticks < TICKS_LIMIT;
}

/**
 * Refuses a number that is no count of ticks, before it becomes a wrong price.
 *
 * @throws TradingError `MODEL.DOES_NOT_FIT`
 */
export function checkTicks(field: string, ticks: number): void {
  if (areTicks(ticks)) return;
  throw new TradingError(
    'MODEL.DOES_NOT_FIT',
    `${field} is ${ticks} ticks of 0.0001; DECIMAL(15,4) holds whole numbers of them between -10^15 and 10^15`,
    { details: { field, value: String(ticks) } },
  );
}
