import type { ErrorCode } from './errorCodes/catalogue';

/** What a caller can do about an error: `expected` is a business answer, `operational` may pass when retried, `bug` is ours. */
export type ErrorKind = 'expected' | 'operational' | 'bug';

/**
 * Every error that this project throws on purpose. Callers branch on `code`, never on the message.
 *
 * A code that the catalogue (`errorCodes`) doesn't have is refused by the compiler. A package of a user's own declares its code where
 * it throws: `new TradingError<'MINE.DOWN'>('MINE.DOWN', ...)`.
 *
 * @property code       stable and dotted, e.g. `RISK.LIMIT_BREACHED`
 * @property kind       see {@link ErrorKind}
 * @property transient  true where the same call may succeed when it is made again
 * @property details    the values behind the message, JSON-safe, never a secret
 */
export class TradingError<Code extends string = ErrorCode> extends Error {
  readonly code: string;
  readonly kind: ErrorKind;
  readonly transient: boolean;
  readonly details: Readonly<Record<string, unknown>>;

  constructor(
    code: NoInfer<Code>,
    message: string,
    options: {
      kind?: ErrorKind;
      transient?: boolean;
      details?: Record<string, unknown>;
      cause?: unknown;
    } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'TradingError';
    this.code = code;
    this.kind = options.kind ?? 'expected';
    this.transient = options.transient ?? false;
    this.details = options.details ?? {};
  }
}

/** Whether `error` is a {@link TradingError}, of the given code where one is given. */
export function isTradingError<Code extends string = ErrorCode>(
  error: unknown,
  code?: NoInfer<Code>,
): error is TradingError {
  return error instanceof TradingError && (code === undefined || error.code === code);
}
