import { setTimeout as delay } from 'node:timers/promises';
import { isTradingError } from '@trading/model';
import Bottleneck from 'bottleneck';
import { providerError } from './providerError';

/** How a provider is called. */
export interface HttpClientOptions {
  /** For errors: `polygon`. */
  readonly provider: string;
  readonly baseUrl: string;
  /** Keys go in here, and nowhere else. */
  readonly headers: Readonly<Record<string, string>>;
  readonly callsPerMinute: number;
  /** How long one answer may take. 30 s. */
  readonly timeoutMs?: number;
  /** Calls at most, the first included. 5. */
  readonly attempts?: number;
  /** Waits between attempts; a test's own doesn't. */
  readonly wait?: (ms: number, signal: AbortSignal | undefined) => Promise<void>;
  /** From 0 to 1, to spread retries. */
  readonly random?: () => number;
}

/** Calls one provider, within its rate limit. */
export interface HttpClient {
  /**
   * GETs JSON: a path below the base URL, or a whole URL of the same host that an answer named.
   *
   * @throws TradingError `PROVIDER.*`
   */
  getJson(path: string, query: Readonly<Record<string, string>>, signal?: AbortSignal): Promise<unknown>;
}

const MAX_WAIT_MS = 60_000;
const FIRST_WAIT_MS = 500;

/**
 * Makes a client. What may pass is tried again, with jitter: 429 (after what Retry-After asks for), 5xx, a broken
 * connection and a timeout. Any other refusal, and an answer that isn't JSON, is final.
 */
export function createHttpClient(options: HttpClientOptions): HttpClient {
  const { provider, attempts = 5, random = Math.random } = options;
  const wait = options.wait ?? ((ms, signal) => delay(ms, undefined, signal === undefined ? {} : { signal }));
  const limiter = new Bottleneck({
    reservoir: options.callsPerMinute,
    reservoirRefreshAmount: options.callsPerMinute,
    reservoirRefreshInterval: 60_000,
    maxConcurrent: 4,
  });
  return {
    async getJson(path, query, signal) {
      const url = urlOf(options, path, query);
      for (let attempt = 1; ; attempt++) {
        signal?.throwIfAborted();
        const outcome = await limiter.schedule(() => call(options, url, signal));
        if ('json' in outcome) return outcome.json;
        if (!outcome.error.transient || attempt >= attempts) throw outcome.error;
        const backoff = Math.min(MAX_WAIT_MS, FIRST_WAIT_MS * 2 ** (attempt - 1)) * (0.5 + random() / 2);
        try {
          await wait(Math.min(MAX_WAIT_MS, outcome.retryAfterMs ?? backoff), signal);
        } catch (error) {
          // Whoever stopped it gets the reason that they gave.
          signal?.throwIfAborted();
          throw error;
        }
      }
    },
  };

  function urlOf({ baseUrl }: HttpClientOptions, path: string, query: Readonly<Record<string, string>>): URL {
    const url = new URL(path, baseUrl);
    if (url.host !== new URL(baseUrl).host) {
      // The key goes along: it must not follow an answer to another host.
      throw providerError(
        'PROVIDER.MALFORMED_ANSWER',
        `${provider} names a next page on another host, ${url.host}`,
        {
          provider,
          host: url.host,
        },
      );
    }
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
    return url;
  }
}

type Outcome =
  | { readonly json: unknown }
  | { readonly error: ReturnType<typeof providerError>; readonly retryAfterMs?: number };

async function call(options: HttpClientOptions, url: URL, signal: AbortSignal | undefined): Promise<Outcome> {
  const { provider, timeoutMs = 30_000 } = options;
  const timeout = AbortSignal.timeout(timeoutMs);
  const where = { provider, path: url.pathname };
  try {
    const response = await fetch(url, {
      headers: { accept: 'application/json', ...options.headers },
      signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout]),
      // A redirect could take the key elsewhere.
      redirect: 'error',
    });
    const body = await response.text();
    if (response.ok) return parse(body, where);
    return refusal(response, body, where);
  } catch (error) {
    if (signal?.aborted === true) throw signal.reason;
    if (isTradingError(error)) throw error;
    const code = timeout.aborted ? 'PROVIDER.TIMEOUT' : 'PROVIDER.UNAVAILABLE';
    const what = timeout.aborted
      ? `did not answer within ${timeoutMs} ms`
      : 'broke the connection off or is not there';
    return { error: providerError(code, `${provider} ${what} (${url.pathname})`, where) };
  }
}

function parse(body: string, where: { provider: string; path: string }): Outcome {
  try {
    return { json: JSON.parse(body) };
  } catch {
    return {
      error: providerError(
        'PROVIDER.MALFORMED_ANSWER',
        `${where.provider} answered what is no JSON (${where.path})`,
        where,
      ),
    };
  }
}

function refusal(response: Response, body: string, where: { provider: string; path: string }): Outcome {
  const { status } = response;
  const said = reasonIn(body);
  const details = { ...where, status };
  const text = `${where.provider} answered ${status}${said === '' ? '' : ` '${said}'`} (${where.path})`;
  if (status === 401 || status === 403) {
    return {
      error: providerError(
        'PROVIDER.NOT_AUTHORIZED',
        `${text}: check the key and what its plan allows`,
        details,
      ),
    };
  }
  if (status === 404) return { error: providerError('PROVIDER.NOT_FOUND', text, details) };
  if (status === 429) {
    const retryAfterMs = retryAfter(response.headers.get('retry-after'));
    const error = providerError('PROVIDER.RATE_LIMITED', text, details);
    return retryAfterMs === undefined ? { error } : { error, retryAfterMs };
  }
  if (status >= 500) return { error: providerError('PROVIDER.UNAVAILABLE', text, details) };
  return { error: providerError('PROVIDER.REFUSED', text, details) };
}

/** Retry-After is seconds, or a date. */
function retryAfter(header: string | null): number | undefined {
  if (header === null) return undefined;
  const seconds = Number(header);
  const ms = Number.isFinite(seconds) ? seconds * 1_000 : new Date(header).getTime() - Date.now();
  return Number.isNaN(ms) ? undefined : Math.max(0, ms);
}

/** What a provider says of its refusal, in the forms that are known; shortened, for it may be a page of HTML. */
function reasonIn(body: string): string {
  try {
    const answer = JSON.parse(body) as {
      message?: unknown;
      error?: unknown;
      chart?: { error?: { description?: unknown } };
    } | null;
    const said = [answer?.message, answer?.chart?.error?.description, answer?.error];
    return said.find((reason): reason is string => typeof reason === 'string')?.slice(0, 200) ?? '';
  } catch {
    return '';
  }
}
