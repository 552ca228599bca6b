import { createHash } from 'node:crypto';
import { appendFileSync, existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { withConnection } from '../src';
import { addMigration, type Checkout, makeCheckout } from './checkout';

const FIRST = 'CREATE TABLE first (n int)';
let checkout: Checkout;

beforeAll(async () => {
  checkout = makeCheckout({ migrations: { '1_first': FIRST } });
  await checkout.runtime.up({ noRedis: true });
});
afterAll(() => checkout.runtime.down());

const ask = async (sql: string, values: unknown[] = []) => {
  const url = (await checkout.runtime.connection())?.ownerUrl ?? '';
  return withConnection(url, async (client) => (await client.query(sql, values)).rows);
};

/** What Prisma writes before it runs a migration: all that is left of one that was cut off. */
const recordStart = (name: string, sql: string) =>
  ask(
    `INSERT INTO _prisma_migrations (id, checksum, migration_name, started_at, applied_steps_count)
     VALUES (gen_random_uuid(), $1, $2, now(), 0)`,
    [createHash('sha256').update(sql).digest('hex'), name],
  );

test('a root without migrations is refused before anything is made', async () => {
  const { root, runtime } = makeCheckout();
  const folder = join(root, 'prisma', 'migrations');
  rmSync(folder, { recursive: true });
  await expect(runtime.up({ noRedis: true })).rejects.toMatchObject({
    code: 'LOCAL.NO_MIGRATIONS',
    message: expect.stringContaining(folder),
  });
  expect(existsSync(join(root, '.trading'))).toBe(false);
});

test('a migration that can’t be read is named, not passed over', async () => {
  const { root, runtime } = makeCheckout({ migrations: { '1_first': FIRST } });
  const file = join(root, 'prisma', 'migrations', '2_unreadable', 'migration.sql');
  mkdirSync(file, { recursive: true });
  await expect(runtime.up({ noRedis: true })).rejects.toMatchObject({
    code: 'LOCAL.MIGRATION_UNREADABLE',
    message: expect.stringContaining(file),
  });
});

test('a database with migrations that are not here is refused by up, status and doctor, and left as it is', async () => {
  await using other = makeCheckout({ migrations: { '1_old': FIRST, '2_own': 'SELECT 1' } });
  await other.runtime.up({ noRedis: true });
  const { adminUrl = '', ownerUrl = '' } = (await other.runtime.connection()) ?? {};
  const look = (url: string, sql: string) =>
    withConnection(url, async (client) => (await client.query(sql)).rows);
  const ledger = () => look(ownerUrl, 'SELECT * FROM _prisma_migrations ORDER BY migration_name');
  const before = await ledger();
  // Folded: a baseline that makes the same table stands before the user's own migration.
  rmSync(join(other.root, 'prisma', 'migrations', '1_old'), { recursive: true });
  addMigration(other.root, '0_baseline', FIRST);
  await look(adminUrl, "ALTER ROLE trading_risk PASSWORD 'of another checkout'");

  const refusal = {
    code: 'DATABASE.MIGRATIONS_UNKNOWN',
    message: expect.stringMatching(/\(1_old\).*RENAME TO trading_system_old/),
    details: { migrations: ['1_old'] },
  };
  await expect(other.runtime.up({ noRedis: true })).rejects.toMatchObject(refusal);
  expect(await ledger()).toEqual(before);
  expect(await other.runtime.status()).toMatchObject({
    migrations: { current: false, unknown: ['1_old'] },
    migrationsProblem: refusal.message,
  });
  expect((await other.runtime.doctor()).checks).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ name: 'roles', detail: "can't log in: trading_risk" }),
      expect.objectContaining({
        name: 'migrations',
        ok: false,
        detail: 'pending: 0_baseline; unknown: 1_old',
        fix: expect.stringContaining('RENAME TO trading_system_old'),
      }),
    ]),
  );

  // What the message says to do.
  await look(adminUrl, 'ALTER DATABASE trading_system RENAME TO trading_system_old');
  expect(await other.runtime.up({ noRedis: true })).toMatchObject({
    createdDatabases: ['trading_system'],
    migrationsApplied: ['0_baseline', '2_own'],
    migrationsCurrent: true,
  });
});

test('a database that was dropped is reported as missing', async () => {
  await using bare = makeCheckout({ migrations: { '1_first': FIRST } });
  await bare.runtime.up({ noRedis: true });
  const { adminUrl } = (await bare.runtime.connection()) ?? { adminUrl: '' };
  await withConnection(adminUrl, (client) => client.query('DROP DATABASE trading_system WITH (FORCE)'));

  const status = await bare.runtime.status();
  expect(status.databases).toMatchObject([
    { name: 'trading_system', exists: false },
    { name: 'prefect', exists: true },
  ]);
  expect(status.migrations).toBeUndefined();
  expect(status.migrationsProblem).toMatch(/no database "trading_system"/);

  await bare.runtime.down();
  const [database] = (await bare.runtime.status()).databases;
  expect(database).not.toHaveProperty('exists');
});

test('a migration that was cut off is tried again, and the data stays', async () => {
  await ask('INSERT INTO first VALUES (7)');
  const sql = 'CREATE TABLE second ()';
  addMigration(checkout.root, '2_second', sql);
  await recordStart('2_second', sql);
  expect((await checkout.runtime.status()).migrations).toMatchObject({
    current: false,
    failed: ['2_second'],
    interrupted: ['2_second'],
  });

  expect((await checkout.runtime.up({ noRedis: true })).migrationsApplied).toEqual(['2_second']);
  expect(await ask('SELECT n FROM first')).toEqual([{ n: 7 }]);
  expect((await checkout.runtime.status()).migrations).toMatchObject({ current: true, failed: [] });
});

test('a first migration that was cut off begins in a new database', async () => {
  await using fresh = makeCheckout({ migrations: { '1_first': FIRST } });
  await fresh.runtime.up({ noRedis: true });
  const url = (await fresh.runtime.connection())?.ownerUrl ?? '';
  // Applied, and killed before it was noted down: to run it once more would fail.
  await withConnection(url, (client) => client.query('UPDATE _prisma_migrations SET finished_at = NULL'));

  expect((await fresh.runtime.up({ noRedis: true })).migrationsApplied).toEqual(['1_first']);
});

test('a migration that was edited after it was applied is reported and left alone', async () => {
  appendFileSync(join(checkout.root, 'prisma', 'migrations', '1_first', 'migration.sql'), '\n-- edited');
  expect((await checkout.runtime.up({ noRedis: true })).migrationsApplied).toEqual([]);
  expect((await checkout.runtime.status()).migrations).toMatchObject({ current: false, edited: ['1_first'] });
  expect((await checkout.runtime.doctor()).checks).toContainEqual(
    expect.objectContaining({ name: 'migrations', ok: false, detail: 'edited: 1_first' }),
  );
});

test('a migration that fails says so in Prisma’s words, and again the next time', async () => {
  addMigration(checkout.root, '3_broken', 'SELECT * FROM nowhere');
  await expect(checkout.runtime.up({ noRedis: true })).rejects.toMatchObject({
    code: 'DATABASE.MIGRATION_FAILED',
    message: expect.stringMatching(/3_broken[\s\S]*relation "nowhere" does not exist/),
  });
  expect((await checkout.runtime.status()).migrations).toMatchObject({
    failed: ['3_broken'],
    interrupted: [],
  });
  await expect(checkout.runtime.up({ noRedis: true })).rejects.toMatchObject({
    code: 'DATABASE.MIGRATION_FAILED',
  });
});
