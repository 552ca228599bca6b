import { TradingError } from '@trading/model';

/**
 * Waits for a handler no longer than `timeoutMs`; what it does after that is on its own.
 *
 * @throws TradingError `EVENTS.HANDLER_TIMEOUT`, or whatever the handler throws
 */
export async function withinTime<T>(handler: Promise<T>, timeoutMs: number, what: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(
        new TradingError('EVENTS.HANDLER_TIMEOUT', `${what} took longer than ${timeoutMs} ms`, {
          kind: 'operational',
          transient: true,
          details: { timeoutMs },
        }),
      );
    }, timeoutMs);
  });
  try {
    return await Promise.race([handler, late]);
  } finally {
    clearTimeout(timer);
  }
}
