import { spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { runFolder, startTestRedis, until } from '@trading/testing';
import { createRedisFleet } from '@trading/testing/faults';
import { Redis } from 'ioredis';
import { createLocalRuntime, findProcess, findRedisProgram, stopRedis } from '../src';
import { type Checkout, makeCheckout } from './checkout';

describe('a system with redis-server on PATH', () => {
  let checkout: Checkout;
  beforeAll(async () => {
    checkout = makeCheckout();
    await checkout.runtime.up();
  });
  afterAll(() => checkout.runtime.down());

  const configurationFile = () => join(checkout.root, '.trading', 'redis', 'redis.conf');
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
    const memory = await redis.info('memory').finally(() => redis.disconnect());
    expect(memory).toContain(`maxmemory:${256 * 1024 * 1024}\r\n`);
    expect(memory).toContain('maxmemory_policy:noeviction');
  });

  test('has a user for the relay and one for listeners, with passwords in files of mode 600 only', async () => {
    const { redisUrl = '', redisListenerUrl = '' } = (await checkout.runtime.connection()) ?? {};
    const plain = await checkout.runtime.status();
    const secret = await checkout.runtime.status({ secrets: true });
    const command = findProcess((await redisPid()) ?? 0)?.command ?? '';
    const mode = statSync(configurationFile()).mode & 0o777;

    expect(secret.redisUsers).toMatchObject([
      { user: 'listener', url: redisListenerUrl },
      { user: 'relay', url: redisUrl },
    ]);
    const passwords = [redisUrl, redisListenerUrl].map((url) => new URL(url).password);
    expect(new Set(passwords).size).toBe(2);
    for (const password of passwords) {
      expect(password.length).toBeGreaterThan(30);
      expect(`${JSON.stringify(plain)}${command}`).not.toContain(password);
    }
    expect(mode).toBe(0o600);
  });

  test('gets its users where an older version left it running with one password for everything', async () => {
    const { port } = (await checkout.runtime.up()).redis;
    await stopRedis(join(checkout.root, '.trading', 'redis'));
    const text = readFileSync(configurationFile(), 'utf8').replace(/^user .*\n/gm, '');
    writeFileSync(configurationFile(), `${text}requirepass of-an-older-day\n`);
    const old = spawn((await findRedisProgram(process.env.PATH ?? '')) ?? '', [configurationFile()], {
      cwd: join(checkout.root, '.trading', 'redis'),
      stdio: 'ignore',
      detached: true,
    });
    old.unref();
    const connectionFile = join(checkout.root, '.trading', 'connection.json');
    const { redisListenerUrl: _none, ...known } = JSON.parse(readFileSync(connectionFile, 'utf8'));
    const redisUrl = `redis://:of-an-older-day@127.0.0.1:${port}/0`;
    writeFileSync(connectionFile, JSON.stringify({ ...known, redisUrl }));
    await until('it runs', async () => (await redisPid()) === old.pid);
    const before = (await checkout.runtime.doctor()).checks.find(({ name }) => name === 'redis users');

    const { redis } = await checkout.runtime.up();

    expect(before).toMatchObject({ ok: false, fix: 'Run `trading up`' });
    expect(redis).toMatchObject({ state: 'started', port });
    expect(findProcess(old.pid ?? 0)).toBeUndefined();
    const { redisUsers, servers } = await checkout.runtime.status();
    expect(redisUsers.map(({ user }) => user)).toEqual(['listener', 'relay']);
    expect(servers.find(({ name }) => name === 'redis')?.running).toBe(true);
  });

  test('does without where the program is too old to know such users, and says so', async () => {
    const programs = mkdtempSync(join(runFolder(), 'programs-'));
    writeFileSync(
      join(programs, 'redis-server'),
      '#!/bin/sh\necho "*** FATAL CONFIG FILE ERROR (Redis 6.0.16) ***"\ncat "$1"\nexit 1\n',
      { mode: 0o755 },
    );
    chmodSync(programs, 0o755);
    await checkout.runtime.down();
    const env = { ...process.env, PATH: `${programs}${delimiter}${process.env.PATH}` };

    const { redis } = await createLocalRuntime({ root: checkout.root, env }).up();

    expect(redis).toEqual({
      state: 'none',
      reason:
        'redis-server is of version 6.0, which knows no rights to read only; 7 or newer does: events are not announced to programs outside',
    });
    expect((await checkout.runtime.up()).redis.state).toBe('started');
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
