import { beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { inTransaction } from '@trading/database';
import { type TestRedis, until } from '@trading/testing';
import { busKeys, createPublisher, type RedisConnection } from '../src';
import type { BusHarness } from './busHarness';
import { signal } from './events';
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

    await until('the stream is made again', async () => {
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
    const [, second] = await redis.xrange(STREAM, '-', '+');
    await redis.xdel(STREAM, second?.[0] ?? '');

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
    await redis.del(STREAM);

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
  await until('A is handled', () => seen.length === 1);

  await server.kill9();
  await harness.publishBars('B');
  await until('B is handled', () => seen.length === 2);
  await server.start();
  await until('the relay fills the streams again', async () => {
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
  await redis.xtrim(STREAM, 'MAXLEN', 1);
  const second: string[] = [];
  const late = consumer(second, { group: 'risk', pool: harness.pool('risk') });

  while ((await late.reader.runOnce()) > 0);
  await harness.publishBars('D');
  await moving.runOnce();
  while ((await late.reader.runOnce()) > 0);

  expect(second).toEqual(['A', 'B', 'C', 'D']);
  expect(late.origins()).toEqual({ upstream: 1, log: 3 });
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
  await redis.xadd(STREAM, '99999999999-1', 'event', '{}', 'previous', '0-0');
  await harness.publishBars('A');

  await until('A is relayed', async () => (await relay().runOnce()) > 0);
  while ((await reader.runOnce()) > 0);

  expect(await entries()).toEqual(['A']);
  expect(seen).toEqual(['A']);
});
