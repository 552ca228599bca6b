import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { SERVICE_NAMES, SERVICES } from '@trading/database';
import { type Connection, passwordOf, type UpResult, withConnection } from '../src';
import { type Checkout, makeCheckout } from './checkout';

const ask = (url: string, sql: string) =>
  withConnection(url, async (client) => (await client.query(sql)).rows);

describe('a system from nothing', () => {
  let checkout: Checkout;
  let first: UpResult;
  let connection: Connection;

  beforeAll(async () => {
    checkout = makeCheckout({ migrations: 'real' });
    first = await checkout.runtime.up();
    const written = await checkout.runtime.connection();
    if (written === undefined) throw new TypeError('up wrote no connection');
    connection = written;
  });
  afterAll(() => checkout.runtime.down());

  test('has a server, both databases, every role and every migration', () => {
    const migrations = readdirSync(join(checkout.root, 'prisma', 'migrations'), { withFileTypes: true });
    expect(first).toMatchObject({
      mode: 'local',
      postgres: { host: '127.0.0.1', initialised: true, started: true },
      createdDatabases: ['trading_system', 'prefect'],
      createdRoles: ['trading_owner', ...SERVICE_NAMES.map((service) => SERVICES[service].role), 'prefect'],
      passwordsReset: [],
      migrationsApplied: migrations
        .filter((entry) => entry.isDirectory())
        .map(({ name }) => name)
        .sort(),
      warnings: [],
    });
  });

  test('finds everything there when it is brought up again', async () => {
    const before = checkout.events.length;
    const second = await checkout.runtime.up();
    const said = checkout.events.slice(before).map(({ step }) => step);
    expect(said.filter((step) => step.endsWith('.start'))).toEqual([]);
    expect(second).toMatchObject({
      postgres: { port: first.postgres.port, initialised: false, started: false },
      createdDatabases: [],
      createdRoles: [],
      passwordsReset: [],
      migrationsApplied: [],
      warnings: [],
    });
    expect(await checkout.runtime.connection()).toEqual(connection);
  });

  test('listens on the loopback interface alone, durably, with room for every pool', async () => {
    expect(
      await ask(
        connection.adminUrl,
        `SELECT name, setting FROM pg_settings
          WHERE name IN ('listen_addresses', 'fsync', 'max_connections', 'unix_socket_directories', 'TimeZone')
          ORDER BY name`,
      ),
    ).toEqual([
      { name: 'TimeZone', setting: 'UTC' },
      { name: 'fsync', setting: 'on' },
      { name: 'listen_addresses', setting: '127.0.0.1' },
      { name: 'max_connections', setting: '300' },
      { name: 'unix_socket_directories', setting: '' },
    ]);
  });

  test('lets each role into its own database and no other', async () => {
    const inDatabase = (url: string, name: string) => url.replace(/\/[^/]*$/, `/${name}`);
    for (const url of [connection.ownerUrl, ...Object.values(connection.services)]) {
      expect(await ask(url, 'SELECT current_database()::text AS name')).toEqual([{ name: 'trading_system' }]);
      await expect(ask(inDatabase(url, 'prefect'), 'SELECT 1')).rejects.toThrow(
        /permission denied for database/,
      );
    }
    expect(await ask(connection.prefectUrl, 'SELECT current_database()::text AS name')).toEqual([
      { name: 'prefect' },
    ]);
    await expect(ask(inDatabase(connection.prefectUrl, 'trading_system'), 'SELECT 1')).rejects.toThrow(
      /permission denied for database/,
    );
  });

  test('gives Prefect what its own migrations ask for', async () => {
    await ask(connection.prefectUrl, 'CREATE EXTENSION IF NOT EXISTS pg_trgm');
    await ask(
      connection.prefectUrl,
      'CREATE TABLE public.flow_run_probe (id int); DROP TABLE public.flow_run_probe',
    );
  });

  test('asks for the password', async () => {
    const wrong = connection.ownerUrl.replace(/:[^:@]*@/, ':wrong@');
    await expect(ask(wrong, 'SELECT 1')).rejects.toMatchObject({ code: 'DATABASE.AUTHENTICATION_FAILED' });
  });

  test('keeps passwords in one file that others can’t read, and out of all else', async () => {
    const passwords = [
      connection.adminUrl,
      connection.ownerUrl,
      connection.prefectUrl,
      ...Object.values(connection.services),
    ]
      .map(passwordOf)
      .filter((password) => password !== undefined);
    expect(new Set(passwords).size).toBe(12);
    expect(statSync(join(checkout.root, '.trading', 'connection.json')).mode & 0o777).toBe(0o600);
    const shown = [
      readFileSync(first.postgres.logFile ?? '', 'utf8'),
      JSON.stringify([
        first,
        checkout.events,
        await checkout.runtime.status(),
        await checkout.runtime.doctor(),
      ]),
    ].join();
    expect(passwords.filter((password) => shown.includes(password))).toEqual([]);
  });

  test('tells where each server, database and role is, with passwords only on request', async () => {
    const status = await checkout.runtime.status();
    expect(status).toMatchObject({
      configured: true,
      mode: 'local',
      servers: expect.arrayContaining([
        expect.objectContaining({
          name: 'postgres',
          running: true,
          managed: true,
          host: '127.0.0.1',
          port: first.postgres.port,
          pid: expect.any(Number),
        }),
      ]),
      databases: [
        { name: 'trading_system', owner: 'trading_owner' },
        { name: 'prefect', owner: 'prefect' },
      ],
      migrations: { current: true, pending: [], failed: [], edited: [] },
    });
    expect(status.roles.map(({ role }) => role)).toEqual([
      'postgres',
      'trading_owner',
      ...SERVICE_NAMES.map((service) => SERVICES[service].role),
      'prefect',
    ]);
    expect(status.roles.every(({ url }) => url.includes(':***@'))).toBe(true);
    const secret = await checkout.runtime.status({ secrets: true });
    expect(secret.roles.find(({ service }) => service === 'risk')?.url).toBe(connection.services.risk);
  });

  test('is healthy, and the doctor says what was looked at', async () => {
    const { healthy, checks } = await checkout.runtime.doctor();
    expect(checks.filter(({ ok }) => !ok)).toEqual([]);
    expect(healthy).toBe(true);
    expect(checks.map(({ name }) => name)).toEqual(
      expect.arrayContaining([
        'node',
        'postgres',
        'connections',
        'databases',
        'roles',
        'migrations',
        'disk space',
        'clock',
        'redis',
      ]),
    );
  });

  test('stops once, and comes back with its data on the same port', async () => {
    await ask(connection.ownerUrl, 'CREATE TABLE kept AS SELECT 1 AS n');
    expect((await checkout.runtime.down()).stopped).toContain('postgres');
    expect(await checkout.runtime.down()).toEqual({ stopped: [], leftRunning: [] });

    const status = await checkout.runtime.status();
    expect(status.servers.find(({ name }) => name === 'postgres')).toMatchObject({ running: false });
    const { healthy, checks } = await checkout.runtime.doctor();
    expect(healthy).toBe(false);
    expect(checks.find(({ name }) => name === 'postgres')).toMatchObject({
      ok: false,
      fix: 'Run `trading up`',
    });

    const again = await checkout.runtime.up();
    expect(again.postgres).toMatchObject({ port: first.postgres.port, initialised: false, started: true });
    expect(await ask(connection.ownerUrl, 'SELECT n FROM kept')).toEqual([{ n: 1 }]);
  });
});

test('before the first up there is nothing to stop, nothing to show, and the doctor says what to do', async () => {
  const { runtime, root } = makeCheckout();
  expect(await runtime.down()).toEqual({ stopped: [], leftRunning: [] });
  expect(await runtime.status()).toEqual({
    root,
    configured: false,
    servers: [],
    databases: [],
    roles: [],
    redisUsers: [],
  });
  expect((await runtime.doctor()).checks).toContainEqual(
    expect.objectContaining({ name: 'connection file', ok: false, fix: 'Run `trading up`' }),
  );
});
