import { type ErrorCode, TradingError } from '@trading/model';

/** Characters of a name, or of a kill switch's target, as their columns hold them. */
export const NAME_LENGTH = 100;

/**
 * Refuses a text that says nothing, or more than its column holds.
 *
 * @throws TradingError of this code
 */
export function mustSay(
  code: ErrorCode,
  field: string,
  value: string,
  length = Number.POSITIVE_INFINITY,
): void {
  const why =
    value.trim() === ''
      ? 'it must say something'
      : [...value].length > length
        ? `it must have ${length} characters at most`
        : null;
  if (why !== null)
    throw new TradingError(code, `${field} is '${value}': ${why}`, { details: { field, value } });
}
