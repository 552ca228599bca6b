import { afterAll, afterEach, beforeAll, beforeEach } from '@jest/globals';
import { startTestRedis, type TestRedis } from '@trading/testing';
import {
  busKeys,
  type Consumer,
  type ConsumerOptions,
  connectRedis,
  createConsumer,
  createRedisTransport,
  createRelay,
  type RedisConnection,
  type RedisTransport,
  type Relay,
  type RelayOptions,
} from '../src';
import { GroupSource } from '../src/source/groupSource';
import { type BusHarness, createBusHarness } from './busHarness';
import { ready } from './ready';

/** The stream of `market_data_updated`. */
export const STREAM = busKeys().stream('market_data_updated');

/** A consumer, and where it got what it handled. */
export interface StreamConsumer {
  readonly reader: Consumer;
  origins(): { readonly upstream: number; readonly log: number };
}

/** The bus of a test file, with a Redis. */
export interface StreamSuite {
  harness(): BusHarness;
  server(): TestRedis;
  /** A connection of the test's own; Redis is emptied before each test. */
  redis(): RedisConnection;
  relay(options?: Partial<RelayOptions>): Relay;
  /** A consumer of the group `strategy`, through the streams, that writes down what it sees. */
  consumer(seen: string[], options?: Partial<ConsumerOptions>): StreamConsumer;
  /** Symbols of the events in the stream. */
  entries(): Promise<string[]>;
}

/** Starts both before the file's tests and empties them before each. */
export function useStreams(): StreamSuite {
  let harness: BusHarness;
  let server: TestRedis;
  let redis: RedisConnection;
  let transport: RedisTransport;
  const open: AsyncDisposable[] = [];
  beforeAll(async () => {
    harness = await createBusHarness();
    server = await startTestRedis();
  });
  beforeEach(async () => {
    await harness.clear();
    redis = connectRedis(server.url);
    await ready(redis);
    await redis.flushall();
    transport = createRedisTransport({ url: server.url, auditMs: 600_000 });
    await ready(transport.connection);
  });
  afterEach(async () => {
    for (const one of open.splice(0).reverse()) await one[Symbol.asyncDispose]();
    await transport[Symbol.asyncDispose]();
    redis.disconnect();
  });
  afterAll(async () => {
    await server?.[Symbol.asyncDispose]();
    await harness?.[Symbol.asyncDispose]();
  });
  return {
    harness: () => harness,
    server: () => server,
    redis: () => redis,
    relay(options = {}) {
      const made = createRelay({
        pool: harness.pool('event_bus'),
        redis,
        pollMs: 10,
        housekeepingMs: 0,
        ...options,
      });
      open.push(made);
      return made;
    },
    consumer(seen, options = {}) {
      const reader = createConsumer({
        group: 'strategy',
        inbox: true,
        pool: harness.pool('strategy'),
        source: transport.source,
        wakeUp: transport.wakeUp,
        pollMs: 10,
        handlerTimeoutMs: 600_000,
        handlers: {
          market_data_updated: async (event) => void seen.push(event.data.symbol),
          signal_generated: async (event) => void seen.push(`signal ${event.data.symbol}`),
        },
        ...options,
      });
      open.push(reader);
      const { source } = reader;
      return {
        reader,
        origins: () => (source instanceof GroupSource ? source.origins : { upstream: 0, log: 0 }),
      };
    },
    async entries() {
      const found = await redis.xrange(STREAM, '-', '+');
      return found.map(([, fields]) => JSON.parse(fields[1] ?? '{}').data.symbol);
    },
  };
}
