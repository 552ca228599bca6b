/** What a caller can do about an error: `expected` is a business answer, `operational` may pass when retried, `bug` is ours. */
export type ErrorKind = 'expected' | 'operational' | 'bug';

/**
 * Every error that this project throws on purpose. Callers branch on `code`, never on the message.
 *
 * @property code       stable and dotted, e.g. `RISK.LIMIT_BREACHED`
 * @property kind       see {@link ErrorKind}
 * @property transient  true where the same call may succeed when it is made again
 * @property details    the values behind the message, JSON-safe, never a secret
 */
export class TradingError extends Error {
  readonly code: string;
  readonly kind: ErrorKind;
  readonly transient: boolean;
  readonly details: Readonly<Record<string, unknown>>;

  constructor(
    code: string,
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
export function isTradingError(error: unknown, code?: string): error is TradingError {
  return error instanceof TradingError && (code === undefined || error.code === code);
}
