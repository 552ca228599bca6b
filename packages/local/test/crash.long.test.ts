import { spawn } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { until } from '@trading/testing';
import { type Connection, findProcess, withConnection } from '../src';
import { type Checkout, makeCheckout } from './checkout';
import { spawnUp } from './spawnUp';

const ask = (url: string, sql: string) =>
  withConnection(url, async (client) => (await client.query(sql)).rows);

/** Nothing of ours is missing, and the doctor agrees. */
async function expectHealthy({ runtime }: Checkout): Promise<void> {
  expect((await runtime.doctor()).checks.filter(({ ok }) => !ok)).toEqual([]);
}

async function ownerUrl({ runtime }: Checkout): Promise<string> {
  return (await runtime.connection())?.ownerUrl ?? '';
}

/** As the out-of-memory killer would; returns when the process is gone. */
async function killPostgres({ runtime }: Checkout): Promise<void> {
  // Never 0, which would be everything that this test was started with.
  const pid = await until('PostgreSQL to be known', async () => {
    const { servers } = await runtime.status();
    return servers.find(({ name }) => name === 'postgres')?.pid;
  });
  process.kill(pid, 'SIGKILL');
  await until('PostgreSQL to be gone', () => findProcess(pid) === undefined);
}

/** Takes a port and keeps what is sent to it; where somebody else was faster, it is taken too. */
async function takePort(port: number): Promise<AsyncDisposable & { received(): string }> {
  let received = '';
  const taker = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.on('data', (chunk) => {
      received += chunk.toString('latin1');
    });
  });
  await new Promise<void>((resolve) => {
    taker.once('error', () => resolve());
    taker.listen(port, '127.0.0.1', resolve);
  });
  return {
    received: () => received,
    [Symbol.asyncDispose]: () => new Promise((resolve) => taker.close(() => resolve())),
  };
}

const withPort = (url: string, port: number) => Object.assign(new URL(url), { port: String(port) }).href;

function passwordsOf(connection: Connection | undefined): string[] {
  if (connection === undefined) return [];
  const { adminUrl, ownerUrl, prefectUrl, services, redisUrl = '', redisListenerUrl = '' } = connection;
  return [adminUrl, ownerUrl, prefectUrl, redisUrl, redisListenerUrl, ...Object.values(services)].map(
    (url) => new URL(url).password,
  );
}

describe('a running system', () => {
  let checkout: Checkout;
  beforeAll(async () => {
    checkout = makeCheckout();
    await checkout.runtime.up();
    await ask(await ownerUrl(checkout), 'CREATE TABLE kept (n int)');
  });
  afterAll(() => checkout.runtime.down());

  test('comes back with what was committed after PostgreSQL was killed', async () => {
    await ask(await ownerUrl(checkout), 'INSERT INTO kept VALUES (1)');
    await killPostgres(checkout);
    const { postgres } = await checkout.runtime.up();
    expect(postgres).toMatchObject({ started: true, initialised: false });
    expect(await ask(await ownerUrl(checkout), 'SELECT n FROM kept')).toEqual([{ n: 1 }]);
    await expectHealthy(checkout);
  });

  test('starts although the process id in a stale file belongs to another program', async () => {
    const bystander = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
    try {
      await killPostgres(checkout);
      const file = join(checkout.root, '.trading', 'postgres', 'data', 'postmaster.pid');
      const lines = readFileSync(file, 'utf8').split('\n');
      writeFileSync(file, [String(bystander.pid), ...lines.slice(1)].join('\n'));

      expect(await checkout.runtime.down()).toMatchObject({
        stopped: expect.not.arrayContaining(['postgres']),
      });
      expect(bystander.exitCode).toBeNull();
      expect((await checkout.runtime.up()).postgres.started).toBe(true);
      expect(bystander.exitCode).toBeNull();
    } finally {
      bystander.kill();
    }
  });

  test('moves to another port when its own was taken, and remembers the new one', async () => {
    const before = (await checkout.runtime.up()).postgres.port;
    const old = await checkout.runtime.connection();
    await checkout.runtime.down();
    {
      await using taken = await takePort(before);
      await using takenRedis = await takePort(Number(new URL(old?.redisUrl ?? '').port));
      expect((await checkout.runtime.status()).servers).toMatchObject([
        { name: 'postgres', running: false, problem: expect.stringContaining('another program listens') },
        { name: 'redis', running: false, problem: expect.stringContaining('another program listens') },
      ]);
      expect((await checkout.runtime.doctor()).healthy).toBe(false);
      expect((await checkout.runtime.connection())?.redisUrl).toBeUndefined();
      const { postgres, passwordsReset, warnings } = await checkout.runtime.up();
      const { port } = postgres;
      expect(port).not.toBe(before);
      expect(warnings).toEqual([expect.stringMatching(`listens on port ${before}.*new passwords`)]);
      // Nobody spoke to it, and what it could have been told by others is worth nothing any more.
      expect([taken.received(), takenRedis.received()]).toEqual(['', '']);
      expect(passwordsReset).toHaveLength(11);
      const renewed = await checkout.runtime.connection();
      const known = new Set(passwordsOf(old));
      expect(passwordsOf(renewed)).toHaveLength(14);
      expect(passwordsOf(renewed).filter((password) => known.has(password))).toEqual([]);
      await expect(ask(withPort(old?.ownerUrl ?? '', port), 'SELECT 1')).rejects.toMatchObject({
        code: 'DATABASE.AUTHENTICATION_FAILED',
      });
      expect(new URL(await ownerUrl(checkout)).port).toBe(String(port));
      expect((await checkout.runtime.up()).postgres).toMatchObject({ port, started: false });
    }
    await expectHealthy(checkout);
  });

  test.each([
    ['lost', (path: string) => rmSync(path)],
    ['damaged', (path: string) => writeFileSync(path, '{"version":1,"mode":"lo')],
  ])('gets new passwords and keeps its data when the connection file was %s', async (_how, damage) => {
    const before = await ownerUrl(checkout);
    damage(join(checkout.root, '.trading', 'connection.json'));
    await checkout.runtime.up();
    expect(await ownerUrl(checkout)).not.toBe(before);
    expect(await ask(await ownerUrl(checkout), 'SELECT n FROM kept')).toEqual([{ n: 1 }]);
    await expectHealthy(checkout);
  });

  test('is started once by many who ask at the same time', async () => {
    await checkout.runtime.down();
    const results = await Promise.all([
      spawnUp(checkout.root),
      spawnUp(checkout.root),
      checkout.runtime.up(),
    ]);
    const ups = results.map((ended) => ('postgres' in ended ? ended : ended.result));
    expect(ups.filter((result) => result?.postgres.started)).toHaveLength(1);
    expect(new Set(ups.map((result) => result?.postgres.port)).size).toBe(1);
    await expectHealthy(checkout);
  });
});

test('two first ups at the same time end in one system', async () => {
  await using checkout = makeCheckout();
  const results = await Promise.all([spawnUp(checkout.root), spawnUp(checkout.root)]);
  expect(results.map(({ exitCode, errors }) => ({ exitCode, errors }))).toEqual([
    { exitCode: 0, errors: '' },
    { exitCode: 0, errors: '' },
  ]);
  expect(results.filter(({ result }) => result?.postgres.initialised)).toHaveLength(1);
  expect(new Set(results.map(({ result }) => result?.postgres.port)).size).toBe(1);
  await expectHealthy(checkout);
});

test('an up that is killed at any step is completed by the next one', async () => {
  await using checkout = makeCheckout({
    migrations: { '1_first': 'CREATE TABLE first AS SELECT 1 AS n; SELECT pg_sleep(0.5)' },
  });
  const deaths = [
    { dieAt: 'postgres.init' },
    { dieAt: 'postgres.init', afterMs: 400 },
    { dieAt: 'postgres.start' },
    { dieAt: 'postgres.start', afterMs: 60 },
    { dieAt: 'provision' },
    { dieAt: 'provision', afterMs: 30 },
    { dieAt: 'provision', afterMs: 300 },
    { dieAt: 'migrations.deploy' },
    { dieAt: 'migrations.deploy', afterMs: 1000 },
    { dieAt: 'done' },
  ];
  for (const death of deaths) {
    const { signal, errors } = await spawnUp(checkout.root, death);
    // A step that an earlier, killed process had finished is passed over, and then nothing kills this one.
    expect({ death, signal: signal ?? 'SIGKILL', errors }).toEqual({ death, signal: 'SIGKILL', errors: '' });
  }
  await checkout.runtime.up();
  await expectHealthy(checkout);
  expect(await ask(await ownerUrl(checkout), 'SELECT count(*)::int AS n FROM first')).toEqual([{ n: 1 }]);
  const home = join(checkout.root, '.trading', 'postgres');
  expect(readdirSync(home).filter((name) => name.startsWith('init-'))).toEqual([]);
});

test('says what stands in the way when nothing can be written', async () => {
  const { root, runtime } = makeCheckout();
  // A file where the folder should be; permission bits would not stop root.
  writeFileSync(join(root, '.trading'), '');
  await expect(runtime.up()).rejects.toMatchObject({ code: 'EEXIST' });
  rmSync(join(root, '.trading'));
  mkdirSync(join(root, '.trading'));
});
