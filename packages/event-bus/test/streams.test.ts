import { beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { inTransaction } from '@trading/database';
import type { EventType, TradingEvent } from '@trading/model';
import { type TestRedis, until } from '@trading/testing';
import { Redis } from 'ioredis';
import { busKeys, createConsumer, createPublisher, type RedisConnection } from '../src';
import type { BusHarness } from './busHarness';
import { bars, signal } from './events';
import { testOutcomes } from './outcomes';
import { STREAM, useStreams } from './streamSuite';

const suite = useStreams();
const { relay, consumer, entries } = suite;
const keys = busKeys();
let harness: BusHarness;
let server: TestRedis;
let redis: RedisConnection;

beforeAll(() => {
  harness = suite.harness();
  server = suite.server();
});

beforeEach(() => {
  redis = suite.redis();
});

test('committed events go to the stream of their type, in commit order, and are announced as they go', async () => {
  const listener = new Redis(server.url);
  const heard: [string, Record<string, unknown>][] = [];
  listener.on('pmessage', (_pattern, channel, json) => heard.push([channel, JSON.parse(json)]));
  await listener.psubscribe('data_sync:*');
  const [published] = await harness.publishBars('A', 'B');
  const moving = relay();

  expect(await moving.runOnce()).toBe(2);

  await until('both are announced', () => heard.length === 2);
  listener.disconnect();
  expect(heard[0]).toEqual([
    'data_sync:market_data_updated',
    {
      type: 'market_data_updated',
      service: 'ingestion',
      data: bars('A'),
      timestamp: published?.occurredAt.toISOString(),
      id: published?.id,
      version: 1,
      key: 'A',
      correlationId: published?.correlationId,
      causationId: null,
    },
  ]);
  expect(await entries()).toEqual(['A', 'B']);
  const [[id, fields] = ['', []]] = await redis.xrange(STREAM, '-', '+');
  const [row] = await harness.rows("SELECT xid || '-' || id AS place FROM event_bus.outbox ORDER BY xid, id");
  expect(id).toBe(row?.place);
  expect(JSON.parse(fields[1] ?? '')).toEqual(heard[0]?.[1]);
});

test('text of any kind comes through the log and through the streams as it was published', async () => {
  const texts = [
    'line\nbreak',
    ' ","service":"x" ',
    '\\n\\',
    '\u2028\u001f\t',
    'ü 🙂',
    "it's",
    '{"type":"y"}',
  ];
  const publisher = createPublisher({ service: 'ingestion' });
  const published = await inTransaction(harness.pool('ingestion'), (tx) =>
    publisher.publishAll(
      tx,
      texts.map((text) => ({
        type: 'market_data_updated',
        data: { ...bars(text), dataSource: text },
        correlationId: text,
        occurredAt: new Date('2017-05-12T20:00:00.007Z'),
      })),
    ),
  );
  await harness.settle();
  const got = { log: [] as TradingEvent[], streams: [] as TradingEvent[] };
  await using fromLog = createConsumer({
    group: 'risk',
    pool: harness.pool('risk'),
    handlers: { market_data_updated: async (event) => void got.log.push(event) },
  });
  const { reader, origins } = consumer([], {
    handlers: { market_data_updated: async (event) => void got.streams.push(event) },
  });
  await relay().runOnce();

  await fromLog.runOnce();
  await reader.runOnce();

  expect(got).toEqual({ log: published, streams: published });
  expect(origins()).toEqual({ upstream: texts.length, log: 0 });
});

test('a consumer gets several types in the order in which they were committed', async () => {
  const seen: string[] = [];
  const { reader, origins } = consumer(seen, { batchSize: 2 });
  const publishers = {
    ingestion: createPublisher({ service: 'ingestion' }),
    strategy: createPublisher({ service: 'strategy' }),
  };
  const expected: string[] = [];
  for (let round = 0; round < 10; round += 1) {
    await inTransaction(harness.pool('ingestion'), (tx) =>
      publishers.ingestion.publish(tx, 'market_data_updated', bars(`B${round}`)),
    );
    expected.push(`B${round}`);
    if (round % 3 !== 0) continue;
    await inTransaction(harness.pool('strategy'), (tx) =>
      publishers.strategy.publish(tx, 'signal_generated', signal(`S${round}`)),
    );
    expected.push(`signal S${round}`);
  }
  await harness.settle();
  await relay().runOnce();

  while ((await reader.runOnce()) > 0);

  expect(seen).toEqual(expected);
  expect(origins()).toEqual({ upstream: 14, log: 0 });
});

test('streams are trimmed up to what every group has acknowledged, and no further', async () => {
  const quick = consumer([]).reader;
  const slow = consumer([], { group: 'risk', pool: harness.pool('risk'), batchSize: 100 }).reader;
  await slow.runOnce();
  const moving = relay();
  await harness.publishBars(...Array.from({ length: 500 }, (_, index) => `S${index}`));
  await moving.runOnce();
  while ((await quick.runOnce()) > 0);
  await moving.runOnce();
  const keptForSlow = await redis.xlen(STREAM);
  for (let batch = 0; batch < 3; batch += 1) await slow.runOnce();
  await moving.runOnce();
  const keptAfter = await redis.xlen(STREAM);

  expect(keptForSlow).toBe(500);
  // Redis drops whole nodes only, so a few that all have acknowledged stay.
  expect(keptAfter).toBeGreaterThanOrEqual(200);
  expect(keptAfter).toBeLessThan(300);
});

test('one of several relays leads; another takes over when its session ends, and nothing is moved twice', async () => {
  const [first, second] = [relay(), relay()];
  await harness.publishBars('A');
  expect(await first.runOnce()).toBe(1);
  expect(await second.runOnce()).toBe(0);
  expect([first.figures().state, second.figures().state]).toEqual(['leading', 'stopped']);

  await harness.rows(`SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND objid <> 0
    AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`);
  await harness.publishBars('B');
  await until('the second leads', async () => (await second.runOnce()) > 0);

  expect(await entries()).toEqual(['A', 'B']);
  expect(first.figures().announced + second.figures().announced).toBe(2);
});

test('a relay that was overtaken adds nothing of its own', async () => {
  const moving = relay();
  await harness.publishBars('A');
  await moving.runOnce();
  // Another moved on meanwhile, as if this one had been stopped in its step.
  await redis.hset(keys.relay, 'place', '999999999-1');
  await harness.publishBars('B');

  await moving.runOnce();

  expect(await entries()).toEqual(['A']);
});

test('an event of 10 MB goes in a step of its own', async () => {
  const data = {
    riskEventId: 'r',
    accountId: 'paper',
    eventType: 'limit_breached',
    severity: 'info' as const,
    message: 'x'.repeat(10_000_000),
    data: {},
  };
  await inTransaction(harness.pool('risk'), (tx) =>
    createPublisher({ service: 'risk' }).publish(tx, 'risk_event_raised', data),
  );
  await harness.publishBars('A');
  const moving = relay();

  expect([await moving.runOnce(), await moving.runOnce()]).toEqual([1, 1]);
});

test('an idle group keeps up with the log without handling anything', async () => {
  const types: EventType[] = ['alert_sent'];
  const { reader } = consumer([], { handlers: { [types[0] ?? 'alert_sent']: async () => {} } });
  await harness.publishBars('A', 'B');
  await relay().runOnce();

  expect(await reader.runOnce()).toBe(0);
  await reader[Symbol.asyncDispose]();

  const [group] = await harness.rows(
    "SELECT last_xid = (SELECT max(xid) FROM event_bus.outbox) AS there FROM event_bus.consumer_groups WHERE consumer_group = 'strategy'",
  );
  expect(group).toEqual({ there: true });
});

describe('the outcome of trouble', () => {
  testOutcomes({
    harness: () => harness,
    consumer: (options) => consumer([], { backoff: { firstMs: 1, maxMs: 5 }, ...options }).reader,
    carry: async () => {
      const moving = relay({ housekeepingMs: 600_000 });
      while ((await moving.runOnce()) > 0);
      await moving.stop();
    },
  });
});
