import { TradingError } from '@trading/model';

/**
 * The code of an operating system's or driver's error (`ENOENT`, `28P01`, ...), or undefined where it has none. Asks for the
 * property and not for the class: jest gives tests an `Error` of their own, which Node's errors are no instances of.
 */
export function systemCode(error: unknown): string | undefined {
  return textOf(error, 'code');
}

/** What an error says; also of an AggregateError, whose own message is empty when every address of a host refused. */
export function messageOf(error: unknown): string {
  const message = textOf(error, 'message');
  if (message === '' && isObject(error) && Array.isArray(error.errors))
    return error.errors.map(messageOf).join('; ');
  return message ?? String(error);
}

/**
 * Says in words what the operating system said in a code, for the failures that a user can do something about.
 * Errors that are already typed, and those without such a code, come back as they are.
 */
export function explainSystemError(error: unknown, doing: string): unknown {
  if (error instanceof TradingError) return error;
  const path = textOf(error, 'path');
  const where = path === undefined ? '' : ` (${path})`;
  switch (systemCode(error)) {
    case 'ENOSPC':
    case 'EDQUOT':
      return new TradingError(
        'LOCAL.DISK_FULL',
        `No disk space left while ${doing}${where}; free some and run it again`,
        {
          kind: 'operational',
          cause: error,
        },
      );
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return new TradingError(
        'LOCAL.PERMISSION',
        `Not allowed to write while ${doing}${where}; run as the user that owns it, or give it to this user`,
        { kind: 'operational', cause: error },
      );
    default:
      return error;
  }
}

function textOf(error: unknown, property: string): string | undefined {
  const value = isObject(error) ? error[property] : undefined;
  return typeof value === 'string' ? value : undefined;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
