import { TradingError } from '@trading/model';

/** A request that hands a notification to someone. */
export interface Post {
  /** Who is asked, for errors: a URL may hold a secret and is never shown. */
  readonly to: string;
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string;
  readonly signal: AbortSignal;
}

/** The most of an answer that is kept as a reason. */
const REASON_BYTES = 300;

/**
 * Posts JSON and returns once the receiver has taken it. Redirects are not followed: they would carry the notification,
 * signature included, to a server that nobody configured.
 *
 * @throws TradingError `NOTIFICATION.SEND_FAILED` with the status and the answer's beginning, or why no answer came
 */
export async function post({ to, url, headers, body, signal }: Post): Promise<void> {
  let response: Response;
  try {
    response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json; charset=utf-8', ...headers },
      body,
      signal,
      redirect: 'manual',
    });
  } catch (error) {
    throw sendFailed(to, causeOf(error));
  }
  if (response.ok) return response.body?.cancel();
  throw sendFailed(to, `it answered ${response.status} ${await beginningOf(response)}`.trim(), {
    status: response.status,
  });
}

/** The error of an attempt that failed; it is retried. */
export function sendFailed(
  to: string,
  why: string,
  details: Readonly<Record<string, unknown>> = {},
): TradingError {
  return new TradingError('NOTIFICATION.SEND_FAILED', `${to} did not take the notification: ${why}`, {
    kind: 'operational',
    transient: true,
    details: { to, ...details },
  });
}

/** fetch says only `fetch failed`; what happened is its cause. */
function causeOf(error: unknown): string {
  const { message, cause } = error as { message?: string; cause?: { message?: string; code?: string } };
  // An address that has several tries each of them, and then the cause has a code only.
  return cause?.message || cause?.code || message || String(error);
}

async function beginningOf(response: Response): Promise<string> {
  const reader = response.body?.getReader();
  if (reader === undefined) return '';
  try {
    const { value } = await reader.read();
    return new TextDecoder().decode(value?.subarray(0, REASON_BYTES));
  } catch {
    // The status says enough.
    return '';
  } finally {
    await reader.cancel().catch(() => {});
  }
}
