import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { until } from '@trading/testing';
import { createRedisFleet } from '@trading/testing/faults';
import { Redis } from 'ioredis';
import { type BusKeys, connectRedis, createRelay } from '../src';
import { type BusHarness, createBusHarness } from './busHarness';
import { ready } from './ready';
import { joinCluster, tell } from './redisCluster';
import { keysOf } from './relaySuite';

let harness: BusHarness;
let keys: BusKeys;
const fleet = createRedisFleet();
const open: AsyncDisposable[] = [];

beforeAll(async () => {
  harness = await createBusHarness();
  keys = await keysOf(harness);
});

beforeEach(() => harness.clear().then(() => {}));

afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one[Symbol.asyncDispose]();
  await fleet[Symbol.asyncDispose]();
});

afterAll(async () => {
  await harness?.[Symbol.asyncDispose]();
});

/** A relay that reaches Redis by this URL, and what it put there. */
function runRelay(url: string) {
  const redis = connectRedis(url);
  const relay = createRelay({ pool: harness.pool('event_bus'), redis, pollMs: 10 });
  open.push({ [Symbol.asyncDispose]: async () => redis.disconnect() }, relay);
  const entries = async (): Promise<string[]> => {
    const found = await redis.xrange(keys.stream('market_data_updated'), '-', '+').catch(() => []);
    return found.map(([, fields]) => JSON.parse(fields[1] ?? '{}').key);
  };
  return { redis, relay, entries };
}

test('a Redis Cluster of three nodes carries all streams on one of them, announcements to all', async () => {
  const three = await Promise.all(
    [1, 2, 3].map(() => fleet.start(() => ['cluster-enabled yes', 'cluster-node-timeout 60000'])),
  );
  const ports = three.map(({ port }) => port);
  await joinCluster(ports);
  const { redis, relay, entries } = runRelay(
    `redis+cluster://${ports.map((port) => `127.0.0.1:${port}`).join(',')}`,
  );
  await ready(redis);
  const listener = new Redis(ports[2] ?? 0, '127.0.0.1');
  const heard: string[] = [];
  const linked = new Set<string>();
  listener.on('message', (channel, text) => {
    if (channel === 'linked') linked.add(text);
    else heard.push(JSON.parse(text).key);
  });
  await listener.subscribe('data_sync:market_data_updated', 'linked');
  // An announcement is sent once: what a node publishes before it is linked to the listener's is never heard.
  const nodes = ports.map((port) => new Redis(port, '127.0.0.1'));
  await until('each node reaches the listener', async () => {
    await Promise.all(nodes.map((node, index) => node.publish('linked', String(index))));
    return linked.size === nodes.length;
  });
  for (const node of nodes) node.disconnect();

  relay.start();
  await harness.publishBars('A', 'B');
  await until('both are heard', () => heard.length === 2);
  listener.disconnect();

  expect(heard).toEqual(['A', 'B']);
  expect(await entries()).toEqual(['A', 'B']);
});

test('after a Sentinel failover, the tail that the new master never got is added again, and nothing is there twice', async () => {
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
  const { redis, relay, entries } = runRelay(`redis+sentinel://127.0.0.1:${sentinel.port}/bus`);
  await ready(redis);
  relay.start();
  await harness.publishBars('A');
  await until('A is moved', async () => (await entries()).length === 1);

  // Cut off from its master, the replica misses B and C; then the master is gone.
  await tell(replica.port, ['CONFIG', 'SET', 'repl-timeout', 1]);
  await tell(master.port, ['CLIENT', 'KILL', 'TYPE', 'replica']);
  await harness.publishBars('B', 'C');
  await master.kill9();
  // A sentinel that itself stood still promotes nobody for half a minute.
  await until('the replica is the master', async () =>
    String(await tell(replica.port, ['INFO', 'replication'])).includes('role:master'),
  );
  await harness.publishBars('D');

  await until('the streams carry events again', async () => (await entries()).includes('D'));
  expect(await entries()).toEqual(['A', 'B', 'C', 'D']);
});
