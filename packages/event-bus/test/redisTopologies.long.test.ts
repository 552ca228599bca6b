import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { until } from '@trading/testing';
import { createRedisFleet } from '@trading/testing/faults';
import { Redis } from 'ioredis';
import { connectRedis, createConsumer, createRedisTransport, createRelay } from '../src';
import { GroupSource } from '../src/source/groupSource';
import { type BusHarness, createBusHarness } from './busHarness';
import { ready } from './ready';
import { joinCluster, tell } from './redisCluster';

let harness: BusHarness;
const fleet = createRedisFleet();
const open: AsyncDisposable[] = [];

beforeAll(async () => {
  harness = await createBusHarness();
});

beforeEach(() => harness.clear().then(() => {}));

afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one[Symbol.asyncDispose]();
  await fleet[Symbol.asyncDispose]();
});

afterAll(async () => {
  await harness?.[Symbol.asyncDispose]();
});

/** A relay and a consumer that reach Redis by this URL. */
function runBus(url: string) {
  const redis = connectRedis(url);
  const relay = createRelay({ pool: harness.pool('event_bus'), redis, pollMs: 10, housekeepingMs: 50 });
  const transport = createRedisTransport({ url, auditMs: 600_000 });
  const seen: string[] = [];
  const consumer = createConsumer({
    group: 'strategy',
    inbox: true,
    pool: harness.pool('strategy'),
    source: transport.source,
    wakeUp: transport.wakeUp,
    pollMs: 20,
    handlers: { market_data_updated: async (event) => void seen.push(event.data.symbol) },
  });
  open.push({ [Symbol.asyncDispose]: async () => redis.disconnect() }, transport, relay, consumer);
  const { source } = consumer;
  const fromStreams = () => (source instanceof GroupSource ? source.origins.upstream : 0);
  return { redis, relay, transport, consumer, seen, fromStreams };
}

test('a Redis Cluster of three nodes carries all streams on one of them, announcements to all', async () => {
  const three = await Promise.all(
    [1, 2, 3].map(() => fleet.start(() => ['cluster-enabled yes', 'cluster-node-timeout 60000'])),
  );
  const ports = three.map(({ port }) => port);
  await joinCluster(ports);
  const { redis, relay, transport, consumer, seen, fromStreams } = runBus(
    `redis+cluster://${ports.map((port) => `127.0.0.1:${port}`).join(',')}`,
  );
  await Promise.all([ready(redis), ready(transport.connection)]);
  const listener = new Redis(ports[2] ?? 0, '127.0.0.1');
  const heard: string[] = [];
  listener.on('message', (_channel, json) => heard.push(JSON.parse(json).key));
  await listener.subscribe('data_sync:market_data_updated');

  relay.start();
  // Before there are streams the consumer would read the log.
  await until('the streams are begun', () => relay.figures().place !== null);
  consumer.start();
  await harness.publishBars('A', 'B');
  await until('both are handled and heard', () => seen.length === 2 && heard.length === 2);
  listener.disconnect();

  expect(seen).toEqual(['A', 'B']);
  expect(heard).toEqual(['A', 'B']);
  expect(fromStreams()).toBe(2);
});

test('after a Sentinel failover, the tail that the new master never got is added again, and nothing is handled twice', async () => {
  const master = await fleet.start(() => []);
  const replica = await fleet.start(() => [`replicaof 127.0.0.1 ${master.port}`]);
  const sentinel = await fleet.start(
    () => [
      `sentinel monitor bus 127.0.0.1 ${master.port} 1`,
      // A replica that was cut off for ten times as long before the master went is never made the master.
      'sentinel down-after-milliseconds bus 4000',
      'sentinel failover-timeout bus 1000',
    ],
    '--sentinel',
  );
  await until('the replica is in step, and the sentinel knows it', async () => {
    const link = String(await tell(replica.port, ['INFO', 'replication']));
    const known = await tell(sentinel.port, ['SENTINEL', 'REPLICAS', 'bus']);
    return /master_link_status:up/.test(link) && Array.isArray(known) && known.length === 1;
  });
  const { redis, relay, transport, consumer, seen, fromStreams } = runBus(
    `redis+sentinel://127.0.0.1:${sentinel.port}/bus`,
  );
  await Promise.all([ready(redis), ready(transport.connection)]);
  relay.start();
  consumer.start();
  await harness.publishBars('A');
  await until('A is handled', () => seen.length === 1);

  // Cut off from its master, the replica misses B and C; then the master is gone.
  await tell(replica.port, ['CONFIG', 'SET', 'repl-timeout', 1]);
  await tell(master.port, ['CLIENT', 'KILL', 'TYPE', 'replica']);
  await harness.publishBars('B', 'C');
  await master.kill9();
  // A sentinel that itself stood still promotes nobody for half a minute.
  await until('the replica is the master', async () =>
    String(await tell(replica.port, ['INFO', 'replication'])).includes('role:master'),
  );
  const before = fromStreams();
  await until('the streams carry events again', async () => {
    await harness.publishBars('D');
    return fromStreams() > before;
  });
  await consumer.stop();

  expect(seen.slice(0, 3)).toEqual(['A', 'B', 'C']);
  const [effects] = await harness.rows('SELECT count(*)::int AS n FROM event_bus.inbox');
  expect(effects).toEqual({ n: seen.length });
  const entries = await redis.xrange('{trading}:stream:market_data_updated', '-', '+');
  const symbols = entries.map(([, fields]) => JSON.parse(fields[1] ?? '{}').key);
  expect(symbols.filter((symbol, index) => symbols.indexOf(symbol) !== index && symbol !== 'D')).toEqual([]);
});
