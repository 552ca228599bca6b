import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startTestServer, type TestServer } from '@trading/testing';
import { generateCredentials, provision, withConnection } from '../src';
import { type Checkout, makeCheckout } from './checkout';

const ask = (url: string, sql: string) =>
  withConnection(url, async (client) => (await client.query(sql)).rows);

/** The URL of a server that somebody else runs, as a user would be given it. */
async function managedAdministrator(server: TestServer): Promise<string> {
  await ask(server.adminUrl, "CREATE ROLE cloud_admin LOGIN CREATEDB CREATEROLE PASSWORD 'from the console'");
  const url = new URL(server.adminUrl);
  url.username = 'cloud_admin';
  url.password = encodeURIComponent('from the console');
  return url.href;
}

describe('a server given by URL', () => {
  let server: TestServer;
  let checkout: Checkout;
  let databaseUrl: string;

  beforeAll(async () => {
    server = await startTestServer({ migrated: false, maxConnections: 100 });
    databaseUrl = await managedAdministrator(server);
    checkout = makeCheckout({ migrations: 'real' });
  });
  afterAll(async () => {
    await checkout.runtime.down();
    await server.stop('immediate');
  });

  test('is provisioned by an administrator who is no superuser, and migrated', async () => {
    const result = await checkout.runtime.up({ databaseUrl, noRedis: true });
    expect(result).toMatchObject({
      mode: 'external',
      postgres: { port: server.port, initialised: false, started: false },
      redis: { state: 'none' },
      createdDatabases: ['trading_system', 'prefect'],
      migrationsApplied: expect.arrayContaining([expect.stringMatching(/_baseline$/)]),
      warnings: [expect.stringMatching(/raise max_connections/)],
    });
    const connection = await checkout.runtime.connection();
    expect(await ask(connection?.services.risk ?? '', 'SELECT current_user::text AS role')).toEqual([
      { role: 'trading_risk' },
    ]);
    await ask(connection?.prefectUrl ?? '', 'CREATE EXTENSION pg_trgm');
    await expect(
      ask(connection?.ownerUrl.replace('/trading_system', '/prefect') ?? '', 'SELECT 1'),
    ).rejects.toThrow(/permission denied/);
  });

  test('is remembered, keeps its passwords, and is never stopped', async () => {
    const before = await checkout.runtime.connection();
    expect(await checkout.runtime.up({ noRedis: true })).toMatchObject({
      mode: 'external',
      createdRoles: [],
      passwordsReset: [],
      migrationsApplied: [],
    });
    expect(await checkout.runtime.connection()).toEqual(before);
    expect(await checkout.runtime.down()).toEqual({ stopped: [], leftRunning: ['postgres'] });
    expect((await checkout.runtime.status()).servers).toMatchObject([{ running: true, managed: false }]);
    const { checks } = await checkout.runtime.doctor();
    expect(checks.filter(({ ok }) => !ok).map(({ name }) => name)).toEqual(['connections']);
  });

  test('gets new passwords from a repository that doesn’t know its own, and says so, but none from one without its migrations', async () => {
    const before = await checkout.runtime.connection();
    await expect(makeCheckout().runtime.up({ databaseUrl, noRedis: true })).rejects.toMatchObject({
      code: 'DATABASE.MIGRATIONS_UNKNOWN',
    });
    await expect(ask(before?.services.risk ?? '', 'SELECT 1')).resolves.toHaveLength(1);

    const other = makeCheckout({ migrations: 'real' });
    const { passwordsReset, warnings } = await other.runtime.up({ databaseUrl, noRedis: true });
    expect(passwordsReset).toHaveLength(10);
    // A Prefect server may be running on its own.
    expect(passwordsReset).not.toContain('prefect');
    expect(warnings).toContainEqual(expect.stringMatching(/PREFECT_DB_PASSWORD/));
    expect(warnings).toContainEqual(expect.stringMatching(/were given new ones: trading_owner, /));
    const stale = (await checkout.runtime.connection())?.ownerUrl ?? '';
    await expect(ask(stale, 'SELECT 1')).rejects.toMatchObject({ code: 'DATABASE.AUTHENTICATION_FAILED' });
  });

  test('takes the password that Prefect’s server has already', async () => {
    await ask(server.adminUrl, "ALTER ROLE prefect PASSWORD 'chosen before'");
    const { warnings } = await checkout.runtime.up({
      databaseUrl,
      noRedis: true,
      prefectPassword: 'chosen before',
    });
    expect(warnings.filter((warning) => warning.includes('prefect has'))).toEqual([]);
    const url = (await checkout.runtime.connection())?.prefectUrl ?? '';
    expect(await ask(url, 'SELECT current_user::text AS role')).toEqual([{ role: 'prefect' }]);
  });

  test('and the embedded one can be used in turn, each with its own passwords', async () => {
    await checkout.runtime.up({ noRedis: true });
    const external = await checkout.runtime.connection();
    expect((await checkout.runtime.up({ local: true, noRedis: true })).mode).toBe('local');
    expect((await checkout.runtime.up({ noRedis: true })).mode).toBe('local');
    expect(await checkout.runtime.up({ databaseUrl, noRedis: true })).toMatchObject({
      mode: 'external',
      passwordsReset: [],
    });
    expect(await checkout.runtime.connection()).toEqual(external);
  });

  test('is provisioned by several at once', async () => {
    await using fresh = await startTestServer({ migrated: false });
    const credentials = generateCredentials();
    const inTemplate = fresh.adminUrl.replace(/\/postgres$/, '/template1');
    await Promise.all([fresh.adminUrl, fresh.adminUrl, inTemplate].map((url) => provision(url, credentials)));
    expect(await provision(fresh.adminUrl, credentials)).toEqual({
      createdRoles: [],
      passwordsReset: [],
      createdDatabases: [],
      passwordsUnknown: [],
      settingsReset: [],
    });
  });
});

describe('a server that can’t be used', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startTestServer({ migrated: false });
  });
  afterAll(() => server.stop('immediate'));

  const cases: [string, (url: URL) => void, string, RegExp][] = [
    [
      'a wrong password',
      (url) => {
        url.password = 'guessed';
      },
      'DATABASE.AUTHENTICATION_FAILED',
      /user "postgres"/,
    ],
    [
      'a database that isn’t there',
      (url) => {
        url.pathname = '/nowhere';
      },
      'DATABASE.MISSING',
      /"nowhere"/,
    ],
    [
      'a port where nobody listens',
      (url) => {
        url.port = '1';
      },
      'DATABASE.UNAVAILABLE',
      /127\.0\.0\.1:1 /,
    ],
  ];
  test.each(cases)('%s is a clear error that leaves nothing behind', async (_name, change, code, message) => {
    const checkout = makeCheckout();
    const url = new URL(server.adminUrl);
    change(url);
    const failure = checkout.runtime.up({ databaseUrl: url.href });
    await expect(failure).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
    await expect(failure).rejects.toMatchObject({ message: expect.not.stringContaining(url.password) });
    expect(await checkout.runtime.connection()).toBeUndefined();
  });

  test('a URL that is none is refused without being repeated', async () => {
    const failure = makeCheckout().runtime.up({ databaseUrl: 'mysql://root:secret@localhost/x' });
    await expect(failure).rejects.toMatchObject({
      code: 'LOCAL.URL_INVALID',
      message: expect.not.stringContaining('secret'),
    });
  });

  test('a user without the rights is told which to ask for', async () => {
    await ask(server.adminUrl, "CREATE ROLE reader LOGIN PASSWORD 'reader'");
    const url = new URL(server.adminUrl);
    url.username = 'reader';
    url.password = 'reader';
    await expect(makeCheckout().runtime.up({ databaseUrl: url.href })).rejects.toMatchObject({
      code: 'DATABASE.INSUFFICIENT_RIGHTS',
      message: expect.stringContaining('ALTER ROLE "reader" CREATEROLE CREATEDB'),
    });
  });

  test('doesn’t take the place of one that can', async () => {
    await using checkout = makeCheckout();
    await checkout.runtime.up({ noRedis: true });
    const before = await checkout.runtime.connection();
    const url = server.adminUrl.replace('//postgres:', '//nobody_we_know:');
    await expect(checkout.runtime.up({ databaseUrl: url })).rejects.toMatchObject({
      code: 'DATABASE.AUTHENTICATION_FAILED',
    });
    expect(await checkout.runtime.connection()).toEqual(before);
    // Its own URL, as `status --secrets` shows it, is no other server.
    const own = before?.ownerUrl.replace('127.0.0.1', 'localhost');
    expect(await checkout.runtime.up({ databaseUrl: own, noRedis: true })).toMatchObject({
      mode: 'local',
      warnings: [],
    });
    const guessed = before?.ownerUrl.replace('//trading_owner:', '//somebody:');
    expect(await checkout.runtime.up({ databaseUrl: guessed, noRedis: true })).toMatchObject({
      mode: 'local',
      warnings: [expect.stringMatching(/this checkout's own server.*its own login is used/)],
    });
  });

  test('a Redis that doesn’t answer is a clear error', async () => {
    await expect(
      makeCheckout().runtime.up({ databaseUrl: server.adminUrl, redisUrl: 'redis://:secret@127.0.0.1:1/0' }),
    ).rejects.toMatchObject({ code: 'REDIS.UNAVAILABLE', message: expect.not.stringContaining('secret') });
  });
});
