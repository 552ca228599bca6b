import { Decimal as DecimalJs } from 'decimal.js';
import { TradingError } from './errors';
import { shortText } from './foreignText';

/**
 * The decimal of this project: 60 significant digits, never in exponent form, so that sums and products of
 * DECIMAL(15,4) values are exact and print the way PostgreSQL reads them.
 */
export const Decimal = DecimalJs.clone({ precision: 60, toExpNeg: -40, toExpPos: 40, defaults: true });
export type Decimal = DecimalJs;

/** Anything that a {@link Decimal} can be made of without loss: a JavaScript number is not one of them. */
export type DecimalInput = Decimal | string | bigint;

/** What a numeric column can hold. */
export interface NumericColumn {
  /** Digits in all. */
  readonly precision: number;
  /** Digits after the point. */
  readonly scale: number;
}

/** DECIMAL(15,4): every price and quantity. */
export const PRICE_COLUMN: NumericColumn = { precision: 15, scale: 4 };

/** DECIMAL(10,4): commissions. */
export const COMMISSION_COLUMN: NumericColumn = { precision: 10, scale: 4 };

const PLAIN_NUMBER = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d{1,3})?$/i;

/** No column holds as many digits; making a Decimal of more takes a time that grows with their square. */
const MAX_CHARACTERS = 100;

/**
 * Reads a decimal that fits its column exactly; nothing is rounded.
 *
 * @param field  the name to use in the error
 * @throws TradingError `MODEL.NOT_A_NUMBER` or `MODEL.DOES_NOT_FIT`, naming the field, the value and the column
 */
export function exactDecimal(
  field: string,
  value: DecimalInput,
  column: NumericColumn = PRICE_COLUMN,
): Decimal {
  const text = typeof value === 'string' ? value.trim() : value.toString();
  if (!PLAIN_NUMBER.test(text)) {
    throw new TradingError(
      'MODEL.NOT_A_NUMBER',
      `${field} is '${shortText(text)}', which is not a decimal number`,
      {
        details: { field, value: shortText(text) },
      },
    );
  }
  const decimal = new Decimal(text.length > MAX_CHARACTERS ? Number.NaN : text);
  const { precision, scale } = column;
  if (!(decimal.decimalPlaces() <= scale && decimal.abs().lt(new Decimal(10).pow(precision - scale)))) {
    throw new TradingError(
      'MODEL.DOES_NOT_FIT',
      `${field} is ${shortText(text)}, which does not fit DECIMAL(${precision},${scale}): at most ${precision - scale} digits ` +
        `before the point and ${scale} after it`,
      { details: { field, value: shortText(text), precision, scale } },
    );
  }
  return decimal;
}

/** Rounds half away from zero to a column's scale, the way PostgreSQL's `round(numeric, n)` does. */
export function roundToColumn(value: Decimal, column: NumericColumn = PRICE_COLUMN): Decimal {
  return value.toDecimalPlaces(column.scale, Decimal.ROUND_HALF_UP);
}
