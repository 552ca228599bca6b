import { TradingError } from './errors';
import { shortText } from './foreignText';

const SYMBOL = /^[A-Z0-9^][A-Z0-9.^=\-/]{0,19}$/;

/**
 * Holds a ticker to the form that every table stores: upper case, at most 20 characters.
 *
 * @throws TradingError `MODEL.INVALID_SYMBOL`
 */
export function parseSymbol(value: string): string {
  if (SYMBOL.test(value)) return value;
  throw new TradingError(
    'MODEL.INVALID_SYMBOL',
    `symbol is '${shortText(value)}'; it must be 1 to 20 characters of A-Z, 0-9 and . - ^ = /, in upper case`,
    { details: { field: 'symbol', value: shortText(value) } },
  );
}
