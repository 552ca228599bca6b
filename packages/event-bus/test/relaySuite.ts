import { afterAll, afterEach, beforeAll, beforeEach } from '@jest/globals';
import { startTestRedis, type TestRedis } from '@trading/testing';
import {
  type BusKeys,
  busKeys,
  connectRedis,
  createRelay,
  type RedisConnection,
  type Relay,
  type RelayOptions,
} from '../src';
import { readSystemId } from '../src/sql/readSystemId';
import { type BusHarness, createBusHarness } from './busHarness';
import { ready } from './ready';

/** The bus of a test file, with a Redis. */
export interface RelaySuite {
  harness(): BusHarness;
  server(): TestRedis;
  /** A connection that may do everything; Redis is emptied before each test. */
  redis(): RedisConnection;
  keys(): BusKeys;
  /** Logs in as the relay's own user. */
  relay(options?: Partial<RelayOptions>): Relay;
  /** Symbols of the events in the stream of `market_data_updated`. */
  entries(): Promise<string[]>;
  /** Collects what is announced from now on: channels and envelopes. */
  listen(): Promise<[string, Record<string, unknown>][]>;
}

/** The names of the system in a test's database. */
export async function keysOf(harness: BusHarness): Promise<BusKeys> {
  const pool = harness.pool('event_bus');
  return busKeys(await readSystemId({ query: async (text) => (await pool.query(text)).rows }));
}

/** Starts both before the file's tests and empties them before each. */
export function useRelay(): RelaySuite {
  let harness: BusHarness;
  let server: TestRedis;
  let redis: RedisConnection;
  let relaysRedis: RedisConnection;
  let keys: BusKeys;
  const open: (() => Promise<void> | void)[] = [];
  beforeAll(async () => {
    harness = await createBusHarness();
    keys = await keysOf(harness);
    server = await startTestRedis();
  });
  beforeEach(async () => {
    await harness.clear();
    redis = connectRedis(server.url);
    relaysRedis = connectRedis(server.urls.relay);
    await Promise.all([ready(redis), ready(relaysRedis)]);
    await redis.flushall();
  });
  afterEach(async () => {
    for (const close of open.splice(0).reverse()) await close();
    redis.disconnect();
    relaysRedis.disconnect();
  });
  afterAll(async () => {
    await server?.[Symbol.asyncDispose]();
    await harness?.[Symbol.asyncDispose]();
  });
  return {
    harness: () => harness,
    server: () => server,
    redis: () => redis,
    keys: () => keys,
    relay(options = {}) {
      const pool = harness.pool('event_bus');
      const made = createRelay({ pool, redis: relaysRedis, pollMs: 10, ...options });
      open.push(() => made[Symbol.asyncDispose]());
      return made;
    },
    async entries() {
      const found = await redis.xrange(keys.stream('market_data_updated'), '-', '+');
      return found.map(([, fields]) => JSON.parse(fields[1] ?? '{}').data.symbol);
    },
    async listen() {
      const listener = connectRedis(server.urls.listener);
      open.push(() => listener.disconnect());
      await ready(listener);
      const heard: [string, Record<string, unknown>][] = [];
      listener.on('pmessage', (_pattern: string, channel: string, json: string) =>
        heard.push([channel, JSON.parse(json)]),
      );
      await listener.psubscribe('data_sync:*');
      return heard;
    },
  };
}
