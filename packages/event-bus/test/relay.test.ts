import { beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { inTransaction } from '@trading/database';
import { type TestRedis, until } from '@trading/testing';
import {
  type BusKeys,
  busKeys,
  createPublisher,
  createRelay,
  type RedisConnection,
  type Relay,
} from '../src';
import { type BusHarness, createBusHarness } from './busHarness';
import { bars } from './events';
import { useRelay } from './relaySuite';

const suite = useRelay();
const { relay, entries, listen } = suite;
let harness: BusHarness;
let server: TestRedis;
let redis: RedisConnection;
let keys: BusKeys;
let stream: string;

beforeAll(() => {
  harness = suite.harness();
  server = suite.server();
  keys = suite.keys();
  stream = keys.stream('market_data_updated');
});

beforeEach(() => {
  redis = suite.redis();
});

/** Moves all that is there. */
async function moveAll(moving: Relay): Promise<void> {
  while ((await moving.runOnce()) > 0);
}

test('committed events go to the stream of their type, in commit order, and are announced as they go', async () => {
  const heard = await listen();
  const [published] = await harness.publishBars('A', 'B');
  const moving = relay();

  expect(await moving.runOnce()).toBe(2);

  await until('both are announced', () => heard.length === 2);
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
  const [[id, fields] = ['', []]] = await redis.xrange(stream, '-', '+');
  const [row] = await harness.rows(
    "SELECT xid || '-' || id AS position FROM event_bus.outbox ORDER BY xid, id",
  );
  expect(id).toBe(row?.position);
  expect(JSON.parse(fields[1] ?? '')).toEqual(heard[0]?.[1]);
});

test('text of any kind comes through as it was published', async () => {
  const heard = await listen();
  const texts = [
    'line\nbreak',
    ' ","service":"x" ',
    '\\n\\',
    '\u2028\u001f\t',
    'ü 🙂',
    "it's",
    '{"type":"y"}',
  ];
  await inTransaction(harness.pool('ingestion'), (tx) =>
    createPublisher({ service: 'ingestion' }).publishAll(
      tx,
      texts.map((text) => ({
        type: 'market_data_updated',
        data: { ...bars(text), dataSource: text },
        correlationId: text,
      })),
    ),
  );
  await harness.settle();

  await relay().runOnce();

  expect(await entries()).toEqual(texts);
  await until('all are announced', () => heard.length === texts.length);
  expect(heard.map(([, { correlationId }]) => correlationId)).toEqual(texts);
});

test('a stream keeps about as many entries as it is told to', async () => {
  const moving = relay({ streamLength: 100 });
  await harness.publishBars(...Array.from({ length: 500 }, (_, index) => `S${index}`));

  await moveAll(moving);

  // Redis drops whole nodes only, so a few more stay.
  const kept = await entries();
  expect(kept.length).toBeGreaterThanOrEqual(100);
  expect(kept.length).toBeLessThan(300);
  expect(kept.at(-1)).toBe('S499');
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

test('a Redis that is full loses its oldest entries, and goes on announcing', async () => {
  const heard = await listen();
  const used = Number(/^used_memory:(\d+)/m.exec(await redis.info('memory'))?.[1]);
  await redis.call('CONFIG', 'SET', 'maxmemory', String(used + 4_000_000));
  try {
    await harness.publishBars('A');
    const publisher = createPublisher({ service: 'ingestion' });
    for (let large = 0; large < 80; large += 1)
      await inTransaction(harness.pool('ingestion'), (tx) =>
        publisher.publish(tx, 'data_quality_failed', {
          symbol: `L${large}`,
          dataSource: 'yahoo',
          checkType: 'x',
          barTimestamp: null,
          message: 'x'.repeat(100_000),
        }),
      );
    await harness.settle();
    const moving = relay({ batchSize: 5 });

    await until('all are announced', async () => {
      await moving.runOnce().catch(() => {});
      return heard.length >= 81;
    });

    const kept = await redis.xrange(keys.stream('data_quality_failed'), '-', '+');
    expect(kept.length).toBeLessThan(80);
    expect(JSON.parse(kept.at(-1)?.[1][1] ?? '{}').key).toBe('L79');
  } finally {
    await redis.call('CONFIG', 'SET', 'maxmemory', '0');
  }
});

describe('what Redis loses', () => {
  test('everything, is made again from the log; nothing is announced twice', async () => {
    const moving = relay();
    await harness.publishBars('A', 'B');
    await moving.runOnce();
    await redis.flushall();

    await until('the stream is made again', async () => {
      await moving.runOnce();
      return (await entries()).length === 2;
    });
    await harness.publishBars('C');
    await moving.runOnce();

    expect(await entries()).toEqual(['A', 'B', 'C']);
    expect(moving.figures()).toMatchObject({ announced: 3, rebuilt: 1 });
  });

  test('its last entries, as in a failover, are added again; nothing is announced twice', async () => {
    const heard = await listen();
    const moving = relay();
    await harness.publishBars('A');
    await moving.runOnce();
    const before = await redis.hget(keys.relay, 'checkpoint');
    const kept = await redis.dumpBuffer(stream);
    await harness.publishBars('B');
    await moving.runOnce();
    await redis.restore(stream, 0, kept, 'REPLACE');
    await redis.hset(keys.relay, 'checkpoint', before ?? '');
    await harness.publishBars('C');

    await moveAll(moving);

    expect(await entries()).toEqual(['A', 'B', 'C']);
    await until('C is announced', () => heard.length >= 3);
    expect(heard.map(([, { key }]) => key)).toEqual(['A', 'B', 'C']);
  });

  test('itself for a while, is waited for', async () => {
    const moving = relay();
    moving.start();
    await harness.publishBars('A');
    await until('A is moved', async () => (await entries()).length === 1);

    await server.kill9();
    await harness.publishBars('B');
    await until('the relay notices', () => moving.figures().failures > 0);
    await server.start();

    await until('both are there', async () => (await entries().catch(() => [])).length === 2);
    expect(await entries()).toEqual(['A', 'B']);
  });
});

describe('Redis is not believed', () => {
  test('a relay goes by its checkpoint in PostgreSQL, whatever Redis says of it', async () => {
    const heard = await listen();
    const before = relay();
    await harness.publishBars('A');
    await moveAll(before);
    await before.stop();
    await redis.hset(keys.relay, 'checkpoint', '9999999999-1');
    await harness.publishBars(...Array.from({ length: 20 }, (_, index) => `S${index}`));

    // Both while it runs and when it starts.
    const moving = relay();
    await moveAll(moving);
    await redis.hset(keys.relay, 'checkpoint', '9999999999-1');
    await harness.publishBars('Z');
    await moveAll(moving);

    expect(await entries()).toHaveLength(22);
    await until('all are announced', () => heard.length >= 22);
    expect(heard).toHaveLength(22);
  });

  test('an entry of a stranger, ahead of the log, is gone with the stream, which is made again', async () => {
    const moving = relay();
    await harness.publishBars('A');
    await moving.runOnce();
    await redis.xadd(stream, '99999999999-1', 'event', '{"data":{"symbol":"FORGED"}}');
    await harness.publishBars('B');

    await moveAll(moving);

    expect(await entries()).toEqual(['A', 'B']);
  });

  test('streams of a database that fell back to an older copy of itself are made again', async () => {
    await redis.hset(keys.relay, 'checkpoint', '99999999999-1');
    await redis.xadd(stream, '99999999999-1', 'event', '{"data":{"symbol":"NEVER"}}');
    await harness.publishBars('A');

    await moveAll(relay());

    expect(await entries()).toEqual(['A']);
  });

  test('one that carries another system is refused, and what the other put there stays', async () => {
    await using other = await createBusHarness();
    await harness.publishBars('OURS');
    await moveAll(relay());
    await other.publishBars('THEIRS');
    const theirs = createRelay({ pool: other.pool('event_bus'), redis });

    await expect(theirs.runOnce()).rejects.toMatchObject({
      code: 'REDIS.OTHER_SYSTEM',
      message: expect.stringContaining(keys.owner),
    });

    await theirs.stop();
    expect(await entries()).toEqual(['OURS']);
    expect((await redis.keys('*')).toSorted()).toEqual([keys.owner, keys.relay, stream].toSorted());
    expect(busKeys('x').stream('y')).toContain(':x:');
  });
});
