import { Decimal } from 'decimal.js';

/** What is shown where there is no value. */
export const NONE = '–';

/** Money, prices and quantities come as decimal text and stay exact: they are never turned into a `number` to be shown. */
export type DecimalText = string;

interface Digits {
  /** Decimals that are always there. */
  readonly least: number;
  /** Decimals at most; the rest is rounded, half away from zero. */
  readonly most: number;
  /** A plus before what is above zero. */
  readonly signed?: boolean;
}

const formats = new Map<string, Intl.NumberFormat>();

/** Exact: `format` reads the text itself. */
function grouped(text: DecimalText, digits: Digits, compact = false): string {
  const key = `${digits.least} ${digits.most} ${digits.signed} ${compact}`;
  let format = formats.get(key);
  if (format === undefined) {
    format = new Intl.NumberFormat('en-US', {
      minimumFractionDigits: digits.least,
      maximumFractionDigits: digits.most,
      signDisplay: digits.signed ? 'exceptZero' : 'negative',
      ...(compact ? { notation: 'compact' } : {}),
    });
    formats.set(key, format);
  }
  return format.format(text as `${number}`).replace('-', '−');
}

/** Money, to the cent: `1,234.50`. */
export function money(text: DecimalText | null | undefined, { signed = false } = {}): string {
  return text === null || text === undefined ? NONE : grouped(text, { least: 2, most: 2, signed });
}

/** Money in few characters, for charts and bars: `1.2M`. */
export function shortMoney(text: DecimalText | null | undefined): string {
  return text === null || text === undefined ? NONE : grouped(text, { least: 0, most: 1 }, true);
}

/** A price: at least cents, at most what the database holds. */
export function price(text: DecimalText | null | undefined): string {
  return text === null || text === undefined ? NONE : grouped(text, { least: 2, most: 4 });
}

/** A quantity, without superfluous zeros. */
export function quantity(text: DecimalText | null | undefined): string {
  return text === null || text === undefined ? NONE : grouped(text, { least: 0, most: 4 });
}

/** A ratio, e.g. of Sharpe. */
export function ratio(text: DecimalText | null | undefined): string {
  return text === null || text === undefined ? NONE : grouped(text, { least: 2, most: 2 });
}

/** A fraction as a percentage: `0.0123` is `1.23%`. */
export function percent(text: DecimalText | null | undefined, { signed = false, digits = 2 } = {}): string {
  if (text === null || text === undefined) return NONE;
  return `${grouped(new Decimal(text).times(100).toFixed(), { least: digits, most: digits, signed })}%`;
}

/** A whole number. */
export function count(value: number): string {
  return value.toLocaleString('en-US');
}

/** Whether it is above, below or at zero, for its colour. */
export function tone(text: DecimalText | null | undefined): 'gain' | 'loss' | '' {
  if (text === null || text === undefined) return '';
  const value = new Decimal(text);
  if (value.isZero()) return '';
  return value.isNegative() ? 'loss' : 'gain';
}

/** The sum of decimals; null where one is missing, since a sum without it would be wrong. */
export function sum(texts: readonly (DecimalText | null)[]): DecimalText | null {
  let total = new Decimal(0);
  for (const text of texts) {
    if (text === null) return null;
    total = total.plus(text);
  }
  return total.toFixed();
}

/** `a - b`. */
export function minus(a: DecimalText, b: DecimalText): DecimalText {
  return new Decimal(a).minus(b).toFixed();
}

/** The part of `whole` that `part` is, both taken without their sign; null where there is no whole. */
export function share(
  part: DecimalText | null | undefined,
  whole: DecimalText | null | undefined,
): DecimalText | null {
  if (part === null || part === undefined || whole === null || whole === undefined) return null;
  const divisor = new Decimal(whole).abs();
  return divisor.isZero() ? null : new Decimal(part).abs().div(divisor).toDecimalPlaces(8).toFixed();
}

/** For lengths on the screen and for charts only, which draw floating point. */
export function drawn(text: DecimalText): number {
  return Number(text);
}
