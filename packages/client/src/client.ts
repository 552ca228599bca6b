import createClient, { type Client, type Middleware } from 'openapi-fetch';
import { type EventsOptions, type StreamedEvent, streamEvents } from './events';
import type { components, paths } from './generated/api';
import { problemOf } from './tradingApiError';

/** How the API is reached. */
export interface TradingClientOptions {
  /** As `trading run` prints it, e.g. `http://127.0.0.1:20123`. */
  readonly url: string;
  /** Of `trading keys create`. */
  readonly key: string;
  /** How often a request is sent again whose answer didn't come, or was 429 or 503. 3. */
  readonly retries?: number;
  readonly fetch?: typeof globalThis.fetch;
}

/** A page of a list. */
interface Page {
  readonly data: readonly unknown[];
  readonly nextCursor: string | null;
}

/** Paths that give a list page by page. */
export type ListPath = {
  [Path in keyof paths]: paths[Path] extends {
    get: { responses: { 200: { content: { 'application/json': Page } } } };
  }
    ? Path
    : never;
}[keyof paths];

/** An item of a list. */
export type ItemOf<Path extends ListPath> = paths[Path] extends {
  get: { responses: { 200: { content: { 'application/json': { data: readonly (infer Item)[] } } } } };
}
  ? Item
  : never;

/** The filters of a list. */
export type FilterOf<Path extends ListPath> = paths[Path] extends {
  get: { parameters: { query?: infer Query } };
}
  ? Omit<NonNullable<Query>, 'cursor'>
  : never;

/** A typed client of the API. */
export interface TradingClient {
  /**
   * Every route, typed: `client.api.GET('/v1/orders/{orderId}', { params: { path: { orderId } } })`. An answer that is no
   * success is thrown. Each change carries an Idempotency-Key, so that it may be sent again.
   *
   * @throws TradingApiError
   */
  readonly api: Client<paths>;
  /** Every item of a list, page after page. @throws TradingApiError */
  list<Path extends ListPath>(path: Path, query?: FilterOf<Path>): AsyncGenerator<ItemOf<Path>>;
  /** The live stream, which resumes where it broke. @throws TradingApiError */
  events(options?: EventsOptions): AsyncGenerator<StreamedEvent>;
}

const RETRIES = 3;
const FIRST_WAIT_MS = 200;

/** Makes a client; it holds no connection of its own. */
export function createTradingClient(options: TradingClientOptions): TradingClient {
  const { key, retries = RETRIES, fetch = globalThis.fetch } = options;
  const url = options.url.replace(/\/$/, '');
  const headers = { authorization: `Bearer ${key}` };
  const api = createClient<paths>({ baseUrl: url, headers, fetch: patiently(fetch, retries) });
  api.use(sentOnce, thrown);
  return {
    api,
    async *list(path, query) {
      let cursor: string | null = null;
      do {
        const asked = { ...query, ...(cursor === null ? {} : { cursor }) };
        // The path is one of those that give pages, which the generic call can't say.
        const { data } = await (api.GET as (path: string, init: object) => Promise<{ data?: Page }>)(path, {
          params: { query: asked },
        });
        yield* (data?.data ?? []) as ItemOf<typeof path>[];
        cursor = data?.nextCursor ?? null;
      } while (cursor !== null);
    },
    events: (wanted = {}) => streamEvents({ url, headers, fetch }, wanted),
  };
}

/** Lets a change be sent again: the server does it once. */
const sentOnce: Middleware = {
  onRequest({ request }) {
    if (request.method === 'POST' && !request.headers.has('idempotency-key'))
      request.headers.set('idempotency-key', crypto.randomUUID());
    return request;
  },
};

const thrown: Middleware = {
  async onResponse({ response }) {
    if (response.ok) return undefined;
    const problem = (await response.json().catch(() => undefined)) as
      | components['schemas']['Problem']
      | undefined;
    throw problemOf(response.status, problem);
  },
};

/** Asks again where no answer came, or the server said later. */
function patiently(fetch: typeof globalThis.fetch, retries: number) {
  return async (request: Request): Promise<Response> => {
    for (let tries = 0; ; tries += 1) {
      const waitMs = FIRST_WAIT_MS * 2 ** tries;
      try {
        const response = await fetch(request.clone());
        if (tries >= retries || (response.status !== 503 && response.status !== 429)) return response;
        await response.body?.cancel();
      } catch (error) {
        if (tries >= retries || request.signal.aborted) throw error;
      }
      await new Promise((resolve) => setTimeout(resolve, waitMs));
    }
  };
}
