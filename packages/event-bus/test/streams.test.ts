import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { inTransaction } from '@trading/database';
import type { EventType } from '@trading/model';
import { startTestRedis, type TestRedis } from '@trading/testing';
import { Redis } from 'ioredis';
import {
  busKeys,
  type Consumer,
  type ConsumerOptions,
  connectRedis,
  createConsumer,
  createPublisher,
  createRedisTransport,
  createRelay,
  type RedisConnection,
  type RedisTransport,
  type Relay,
  type RelayOptions,
  whenReady,
} from '../src';
import { GroupSource } from '../src/source/groupSource';
import { type BusHarness, createBusHarness, eventually } from './busHarness';
import { bars, signal } from './events';

let harness: BusHarness;
let server: TestRedis;
let redis: RedisConnection;
let transport: RedisTransport;
const open: AsyncDisposable[] = [];
const keys = busKeys();
const stream = keys.stream('market_data_updated');

beforeAll(async () => {
  harness = await createBusHarness();
  server = await startTestRedis();
});

beforeEach(async () => {
  await harness.clear();
  redis = connectRedis(server.url);
  await whenReady(redis);
  await redis.flushall();
  transport = createRedisTransport({ url: server.url, auditMs: 600_000 });
  await whenReady(transport.connection);
});

afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one[Symbol.asyncDispose]();
  await transport[Symbol.asyncDispose]();
  redis.disconnect();
});

afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await harness[Symbol.asyncDispose]();
});

function relay(options: Partial<RelayOptions> = {}): Relay {
  const made = createRelay({
    pool: harness.pool('event_bus'),
    redis,
    pollMs: 10,
    housekeepingMs: 0,
    ...options,
  });
  open.push(made);
  return made;
}

function consumer(
  seen: string[],
  options: Partial<ConsumerOptions> = {},
): { reader: Consumer; origins: () => { upstream: number; log: number } } {
  const reader = createConsumer({
    group: 'strategy',
    pool: harness.pool('strategy'),
    source: transport.source,
    wakeUp: transport.wakeUp,
    pollMs: 10,
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
}

async function entries(): Promise<string[]> {
  const found = await redis.xrange(stream, '-', '+');
  return found.map(([, fields]) => JSON.parse(fields[1] ?? '{}').data.symbol);
}

test('committed events go to the stream of their type, in commit order, and are announced as they go', async () => {
  const listener = new Redis(server.url);
  const heard: [string, Record<string, unknown>][] = [];
  listener.on('pmessage', (_pattern, channel, json) => heard.push([channel, JSON.parse(json)]));
  await listener.psubscribe('data_sync:*');
  const [published] = await harness.publishBars('A', 'B');
  const moving = relay();

  expect(await moving.runOnce()).toBe(2);

  await eventually('both are announced', () => heard.length === 2);
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
  const [[id, fields] = ['', []]] = await redis.xrange(stream, '-', '+');
  const [row] = await harness.rows("SELECT xid || '-' || id AS place FROM event_bus.outbox ORDER BY xid, id");
  expect(id).toBe(row?.place);
  expect(JSON.parse(fields[1] ?? '')).toEqual(heard[0]?.[1]);
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

describe('what Redis loses', () => {
  test('everything, is made again from the log; nothing is announced or handled twice', async () => {
    const seen: string[] = [];
    const { reader } = consumer(seen);
    const moving = relay();
    await harness.publishBars('A', 'B');
    await moving.runOnce();
    await reader.runOnce();
    await harness.publishBars('C');
    await moving.runOnce();
    await redis.flushall();

    await eventually('the stream is made again', async () => {
      await moving.runOnce();
      return (await entries()).length > 0;
    });
    await harness.publishBars('D');
    await moving.runOnce();
    while ((await reader.runOnce()) > 0);

    expect(seen).toEqual(['A', 'B', 'C', 'D']);
    expect(await entries()).toEqual(['C', 'D']);
    expect(moving.figures()).toMatchObject({ announced: 4, rebuilt: 1 });
  });

  test('one entry in the middle, is noticed before anything beyond it is handled', async () => {
    const seen: string[] = [];
    const { reader, origins } = consumer(seen);
    await harness.publishBars('A', 'B', 'C');
    await relay().runOnce();
    const [, second] = await redis.xrange(stream, '-', '+');
    await redis.xdel(stream, second?.[0] ?? '');

    while ((await reader.runOnce()) > 0);

    expect(seen).toEqual(['A', 'B', 'C']);
    expect(origins()).toEqual({ upstream: 0, log: 3 });
  });

  test('one stream of two, is noticed before the other goes on', async () => {
    const seen: string[] = [];
    const { reader } = consumer(seen);
    await harness.publishBars('A');
    await inTransaction(harness.pool('strategy'), (tx) =>
      createPublisher({ service: 'strategy' }).publish(tx, 'signal_generated', signal('S')),
    );
    await harness.settle();
    await relay().runOnce();
    await redis.del(stream);

    while ((await reader.runOnce()) > 0);

    expect(seen).toEqual(['A', 'signal S']);
  });
});

test('a stop of Redis delays nothing: consumers read the log meanwhile, and the streams after', async () => {
  const seen: string[] = [];
  const { reader, origins } = consumer(seen);
  const moving = relay();
  moving.start();
  reader.start();
  await harness.publishBars('A');
  await eventually('A is handled', () => seen.length === 1);

  await server.kill9();
  await harness.publishBars('B');
  await eventually('B is handled', () => seen.length === 2);
  await server.start();
  await eventually('the relay fills the streams again', async () => {
    await harness.publishBars('C');
    return origins().upstream > 1;
  });

  await reader.stop();
  const [handled] = await harness.rows('SELECT count(*)::int AS n FROM event_bus.inbox');
  expect(handled).toEqual({ n: seen.length });
});

test('a consumer that begins behind the streams reads the log until it is where they begin', async () => {
  const first: string[] = [];
  const { reader } = consumer(first);
  const moving = relay();
  await harness.publishBars('A', 'B', 'C');
  await moving.runOnce();
  while ((await reader.runOnce()) > 0);
  await redis.xtrim(stream, 'MAXLEN', 1);
  const second: string[] = [];
  const late = consumer(second, { group: 'risk', pool: harness.pool('risk') });

  while ((await late.reader.runOnce()) > 0);
  await harness.publishBars('D');
  await moving.runOnce();
  while ((await late.reader.runOnce()) > 0);

  expect(second).toEqual(['A', 'B', 'C', 'D']);
  expect(late.origins()).toEqual({ upstream: 1, log: 3 });
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
  const keptForSlow = await redis.xlen(stream);
  for (let batch = 0; batch < 3; batch += 1) await slow.runOnce();
  await moving.runOnce();
  const keptAfter = await redis.xlen(stream);

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
  await eventually('the second leads', async () => (await second.runOnce()) > 0);

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

test('an event of 10 MB passes, in a step of its own', async () => {
  const insert = `INSERT INTO event_bus.outbox (event_id, event_type, version, service, key, correlation_id, data, occurred_at)
    VALUES (gen_random_uuid(), 'risk_event_raised', 1, 'risk', 'paper', 'c', $1, now())`;
  const data = {
    riskEventId: 'r',
    accountId: 'paper',
    eventType: 'x',
    severity: 'info',
    message: 'x'.repeat(10_000_000),
    data: {},
  };
  await harness.pool('risk').query(insert, [JSON.stringify(data)]);
  await harness.publishBars('A');
  const lengths: number[] = [];
  const { reader } = consumer([], {
    handlers: { risk_event_raised: async (event) => void lengths.push(event.data.message.length) },
  });
  const moving = relay();

  expect([await moving.runOnce(), await moving.runOnce()]).toEqual([1, 1]);
  expect(await reader.runOnce()).toBe(1);

  expect(lengths).toEqual([10_000_000]);
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

test('streams that are ahead of a database which fell back to an older copy are begun anew', async () => {
  const seen: string[] = [];
  const { reader } = consumer(seen);
  await redis.hset(
    keys.relay,
    'place',
    '99999999999-1',
    'seed',
    '0-0',
    'last:market_data_updated',
    '99999999999-1',
  );
  await redis.xadd(stream, '99999999999-1', 'event', '{}', 'previous', '0-0');
  await harness.publishBars('A');

  await eventually('A is relayed', async () => (await relay().runOnce()) > 0);
  while ((await reader.runOnce()) > 0);

  expect(await entries()).toEqual(['A']);
  expect(seen).toEqual(['A']);
});

test('100,000 events that a dead consumer left behind are taken over from its place, none of them twice', async () => {
  const effects = { dead: 0, heir: 0 };
  const left = consumer([], {
    batchSize: 500,
    handlers: {},
    batchHandlers: {
      market_data_updated: async (events) => {
        effects.dead += events.length;
      },
    },
  });
  await harness.rows(
    `INSERT INTO event_bus.outbox (event_id, event_type, version, service, key, correlation_id, data, occurred_at)
     SELECT gen_random_uuid(), 'market_data_updated', 1, 'ingestion', 'K' || n % 50, 'c', $1, now() FROM generate_series(1, 100000) n`,
    [JSON.stringify(bars('K'))],
  );
  await harness.settle();
  const moving = relay({ housekeepingMs: 600_000 });
  while ((await moving.runOnce()) > 0);
  for (let batch = 0; batch < 3; batch += 1) await left.reader.runOnce();

  const heir = consumer([], {
    batchSize: 1_000,
    handlers: {},
    batchHandlers: {
      market_data_updated: async (events) => {
        effects.heir += events.length;
      },
    },
  });
  while ((await heir.reader.runOnce()) > 0);

  expect(effects).toEqual({ dead: 1_500, heir: 98_500 });
  expect(heir.origins()).toEqual({ upstream: 98_500, log: 0 });
});
