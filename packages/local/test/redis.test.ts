import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startTestRedis, until } from '@trading/testing';
import { createRedisFleet } from '@trading/testing/faults';
import { Redis } from 'ioredis';
import { createLocalRuntime, findProcess } from '../src';
import { type Checkout, makeCheckout } from './checkout';

describe('a system with redis-server on PATH', () => {
  let checkout: Checkout;
  beforeAll(async () => {
    checkout = makeCheckout();
    await checkout.runtime.up();
  });
  afterAll(() => checkout.runtime.down());

  const redisPid = async () =>
    (await checkout.runtime.status()).servers.find(({ name }) => name === 'redis')?.pid;

  test('has a Redis of its own, found running by the next up', async () => {
    const before = await redisPid();
    expect((await checkout.runtime.up()).redis).toMatchObject({ state: 'running', host: '127.0.0.1' });
    expect(await redisPid()).toBe(before);
  });

  test('bounds its memory, and has it drop nothing by itself', async () => {
    const { redisUrl = '' } = (await checkout.runtime.connection()) ?? {};
    const redis = new Redis(redisUrl);
    const settings = await redis.config('GET', 'maxmemory*').finally(() => redis.disconnect());
    expect(settings).toEqual(
      expect.arrayContaining(['maxmemory', String(256 * 1024 * 1024), 'maxmemory-policy', 'noeviction']),
    );
  });

  test('finds it again when the connection file was lost', async () => {
    const before = await redisPid();
    rmSync(join(checkout.root, '.trading', 'connection.json'));
    expect((await checkout.runtime.up()).redis.state).toBe('running');
    expect(await redisPid()).toBe(before);
  });

  test('starts it anew on the same port after it was killed', async () => {
    const { port } = (await checkout.runtime.up()).redis;
    // Never 0, which would be everything that this test was started with.
    const pid = await until('Redis to be known', redisPid);
    process.kill(pid, 'SIGKILL');
    await until('Redis to be gone', () => findProcess(pid) === undefined);
    expect((await checkout.runtime.up()).redis).toMatchObject({ state: 'started', port });
  });

  test('keeps it running when another one is given that does not answer', async () => {
    const before = await redisPid();
    await expect(checkout.runtime.up({ redisUrl: 'redis://127.0.0.1:1/0' })).rejects.toMatchObject({
      code: 'REDIS.UNAVAILABLE',
    });
    expect(await redisPid()).toBe(before);
    expect((await checkout.runtime.up()).redis.state).toBe('running');
  });

  test('keeps it running when its own URL is given', async () => {
    const before = await redisPid();
    const redisUrl = (await checkout.runtime.connection())?.redisUrl;
    expect((await checkout.runtime.up({ redisUrl })).redis.state).toBe('running');
    expect(await redisPid()).toBe(before);
  });

  test('stops it when another one is given, remembers that, and never stops it', async () => {
    await using other = await startTestRedis();
    expect((await checkout.runtime.up({ redisUrl: other.url })).redis.state).toBe('external');
    expect((await checkout.runtime.up()).redis.state).toBe('external');
    expect(await checkout.runtime.down()).toEqual({ stopped: ['postgres'], leftRunning: ['redis'] });
    expect((await checkout.runtime.up({ noRedis: true })).redis).toEqual({
      state: 'none',
      reason: 'not wanted',
    });
  });

  test.each(['cluster', 'sentinel'])('uses the one that a %s URL of several hosts leads to', async (kind) => {
    const sentinel = kind === 'sentinel';
    await using fleet = createRedisFleet();
    const node = await (sentinel
      ? fleet.start(() => [], '--sentinel')
      : fleet.start(() => ['cluster-enabled yes']));
    const redisUrl = `redis+${kind}://127.0.0.1:1,127.0.0.1:${node.port}${sentinel ? '/bus' : ''}`;

    const up = await checkout.runtime.up({ redisUrl });
    const doctor = await checkout.runtime.doctor();
    const running = (await checkout.runtime.status()).servers.find(({ name }) => name === 'redis')?.running;

    expect(up.redis).toMatchObject({ state: 'external', host: '127.0.0.1' });
    expect(doctor.checks.filter(({ name }) => name.startsWith('redis')).every(({ ok }) => ok)).toBe(true);
    expect(running).toBe(true);
    await checkout.runtime.up({ noRedis: true });
  });

  test('does without where there is no such program, and says why', async () => {
    const runtime = createLocalRuntime({ root: checkout.root, env: { ...process.env, PATH: '' } });
    expect((await runtime.up()).redis).toEqual({
      state: 'none',
      reason: 'redis-server (or valkey-server) is not on PATH: events are not announced to programs outside',
    });
    expect((await runtime.status()).servers.map(({ name }) => name)).toEqual(['postgres']);
    expect((await runtime.doctor()).healthy).toBe(true);
  });
});
