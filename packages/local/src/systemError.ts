import { TradingError } from '@trading/model';

/** The operating system's code of an error (`ENOENT`, `EACCES`, ...), or undefined where it has none. */
export function systemCode(error: unknown): string | undefined {
  if (error instanceof Error && 'code' in error && typeof error.code === 'string') return error.code;
  return undefined;
}

/** What an error says; also of an AggregateError, whose own message is empty when every address of a host refused. */
export function messageOf(error: unknown): string {
  if (error instanceof AggregateError && error.message === '') return error.errors.map(messageOf).join('; ');
  return error instanceof Error ? error.message : String(error);
}

/**
 * Says in words what the operating system said in a code, for the failures that a user can do something about.
 * Errors that are already typed, and those without such a code, come back as they are.
 */
export function explainSystemError(error: unknown, doing: string): unknown {
  if (error instanceof TradingError) return error;
  const path =
    error instanceof Error && 'path' in error && typeof error.path === 'string' ? error.path : undefined;
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
