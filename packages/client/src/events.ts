import { createParser } from 'eventsource-parser';
import type { components } from './generated/api';
import { problemOf } from './tradingApiError';

/** An event of the log. */
export interface TradingEventRecord {
  readonly id: string;
  readonly type: string;
  readonly version: number;
  readonly service: string;
  readonly key: string;
  readonly correlationId: string;
  readonly causationId: string | null;
  /** ISO 8601, UTC. */
  readonly occurredAt: string;
  readonly data: unknown;
}

/** What the stream brings. */
export interface StreamedEvent {
  /** A checkpoint: give it as `lastEventId` to go on behind it. */
  readonly id: string;
  /** An event's type; `ready` when the stream has begun; `reset` where what was asked for is not in the log any more; `slow`. */
  readonly type: string;
  /** Null for what is no event. */
  readonly event: TradingEventRecord | null;
}

/** Which events are wanted. */
export interface EventsOptions {
  /** All, unless given. */
  readonly types?: readonly string[] | undefined;
  readonly accountId?: string | undefined;
  readonly symbol?: string | undefined;
  /** Goes on behind this checkpoint; begins now unless given. */
  readonly lastEventId?: string | undefined;
  /** Ends the stream. */
  readonly signal?: AbortSignal | undefined;
}

/** How a stream is asked for. */
export interface StreamOrigin {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly fetch: typeof globalThis.fetch;
}

type Problem = components['schemas']['Problem'];

const FIRST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 5_000;

/**
 * The live stream, for as long as it is wanted: where the connection breaks it is opened again behind the last event, so that
 * nothing is missed and nothing comes twice. A `reset` says that more was missed than the log holds: load anew.
 *
 * @throws TradingApiError where the server refuses it: no retry can help
 */
export async function* streamEvents(
  origin: StreamOrigin,
  options: EventsOptions,
): AsyncGenerator<StreamedEvent> {
  let last = options.lastEventId;
  let waitMs = FIRST_WAIT_MS;
  while (options.signal?.aborted !== true) {
    try {
      for await (const message of connection(origin, options, last)) {
        waitMs = FIRST_WAIT_MS;
        last = message.id === '' ? last : message.id;
        yield message;
      }
    } catch (error) {
      if (isRefusal(error)) throw error;
    }
    await pause(waitMs, options.signal);
    waitMs = Math.min(2 * waitMs, LONGEST_WAIT_MS);
  }
}

async function* connection(
  { url, headers, fetch }: StreamOrigin,
  { types, accountId, symbol, signal }: EventsOptions,
  last: string | undefined,
): AsyncGenerator<StreamedEvent> {
  const query = new URLSearchParams({
    ...(types === undefined ? {} : { types: types.join(',') }),
    ...(accountId === undefined ? {} : { accountId }),
    ...(symbol === undefined ? {} : { symbol }),
  });
  const response = await fetch(`${url}/v1/events?${query}`, {
    headers: {
      ...headers,
      accept: 'text/event-stream',
      ...(last === undefined ? {} : { 'last-event-id': last }),
    },
    ...(signal === undefined ? {} : { signal }),
  });
  if (!response.ok || response.body === null)
    throw problemOf(response.status, (await response.json().catch(() => undefined)) as Problem | undefined);
  const messages: StreamedEvent[] = [];
  const parser = createParser({
    onEvent: ({ id = '', event = 'message', data }) => {
      const value: unknown = JSON.parse(data);
      const isEvent = typeof value === 'object' && value !== null && 'correlationId' in value;
      messages.push({ id, type: event, event: isEvent ? (value as TradingEventRecord) : null });
    },
  });
  const decoder = new TextDecoder();
  const reader = response.body.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      parser.feed(decoder.decode(value, { stream: true }));
      yield* messages.splice(0);
    }
  } finally {
    await reader.cancel().catch(() => {});
  }
}

/** What the server says about the request itself; anything else may pass. */
function isRefusal(error: unknown): boolean {
  const { status } = error as { status?: unknown };
  return typeof status === 'number' && status >= 400 && status < 500 && status !== 429;
}

function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted === true) return resolve();
    const done = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal?.addEventListener('abort', done);
  });
}
