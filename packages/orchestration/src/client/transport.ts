import { setTimeout as delay } from 'node:timers/promises';
import { isTradingError } from '@trading/model';
import createFetchClient, { type Client } from 'openapi-fetch';
import type { paths } from '../generated/prefectApi';
import { answerError, unreachable } from './prefectError';

/** Who the client says it is. */
export type PrefectAuth =
  /** `user:password`, the server's PREFECT_SERVER_API_AUTH_STRING. */
  | { readonly kind: 'basic'; readonly authString: string }
  | { readonly kind: 'apiKey'; readonly apiKey: string };

/** How to reach a server. */
export interface PrefectConnection {
  /** With the `/api`, e.g. `http://127.0.0.1:4200/api`. */
  readonly apiUrl: string;
  readonly auth?: PrefectAuth | undefined;
  /** For one attempt; 15 s unless told. */
  readonly timeoutMs?: number | undefined;
  /** How often a call that is safe to repeat is made in all before its error stands; 4 unless told. */
  readonly attempts?: number | undefined;
}

/** What openapi-fetch gives back. */
interface Answer<Data> {
  readonly data?: Data;
  readonly error?: unknown;
  readonly response: Response;
}

/** Makes calls and turns what goes wrong into typed errors. */
export interface Transport {
  readonly apiUrl: string;
  readonly http: Client<paths>;
  /** A call that has the same effect once or many times; repeated while its error is transient. */
  safe<Data>(doing: string, call: () => Promise<Answer<Data>>): Promise<NonNullable<Data>>;
  /** A call that is made once whatever happens. */
  once<Data>(doing: string, call: () => Promise<Answer<Data>>): Promise<NonNullable<Data>>;
}

/** The version of the REST API that 3.4.14 speaks; the server refuses a client of a newer one. */
const API_VERSION = '0.8.4';
const FIRST_RETRY_MS = 200;

/** Opens a transport; nothing is sent before the first call. */
export function createTransport(connection: PrefectConnection): Transport {
  const { timeoutMs = 15_000, attempts = 4 } = connection;
  const { apiUrl, auth = connection.auth } = loginOf(connection.apiUrl);
  const http = createFetchClient<paths>({
    baseUrl: withoutEndSlash(apiUrl),
    // A connection of its own for each call: the server may close one that sat idle just as a call is sent over it, and then
    // nobody can tell whether the call arrived.
    headers: { 'x-prefect-api-version': API_VERSION, connection: 'close', ...authorization(auth) },
    fetch: (request) => fetch(request, { signal: AbortSignal.timeout(timeoutMs) }),
  });
  const attempt = async <Data>(doing: string, call: () => Promise<Answer<Data>>) => {
    let answer: Answer<Data>;
    try {
      answer = await call();
    } catch (error) {
      throw unreachable(doing, apiUrl, error);
    }
    const { data, error, response } = answer;
    if (!response.ok) throw answerError(doing, { status: response.status, body: error });
    // 204 has no body, and its type says so: nobody looks at what is returned then.
    return data as NonNullable<Data>;
  };
  return {
    apiUrl,
    http,
    once: attempt,
    safe: async (doing, call) => {
      for (let made = 1; ; made += 1) {
        try {
          return await attempt(doing, call);
        } catch (error) {
          if (made >= attempts || !isTradingError(error) || !error.transient) throw error;
          // Spread out, so that clients that a restart cut off together don't come back together.
          await delay(FIRST_RETRY_MS * 2 ** (made - 1) * (0.5 + Math.random()));
        }
      }
    },
  };
}

function authorization(auth: PrefectAuth | undefined): Record<string, string> {
  if (auth === undefined) return {};
  return {
    authorization:
      auth.kind === 'basic'
        ? `Basic ${Buffer.from(auth.authString).toString('base64')}`
        : `Bearer ${auth.apiKey}`,
  };
}

function withoutEndSlash(url: string): string {
  let end = url.length;
  while (url[end - 1] === '/') end -= 1;
  return url.slice(0, end);
}

/** A login within the URL is taken out of it: fetch refuses such a URL, and the URL is shown. */
function loginOf(url: string): { apiUrl: string; auth?: PrefectAuth } {
  if (!URL.canParse(url)) return { apiUrl: url };
  const parsed = new URL(url);
  if (parsed.username === '' && parsed.password === '') return { apiUrl: url };
  const authString = `${decodeURIComponent(parsed.username)}:${decodeURIComponent(parsed.password)}`;
  parsed.username = '';
  parsed.password = '';
  return { apiUrl: parsed.href, auth: { kind: 'basic', authString } };
}
