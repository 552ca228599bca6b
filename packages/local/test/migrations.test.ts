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

test('a database of a newer version of the project is not current, and up, status and doctor say so', async () => {
  await using older = makeCheckout({ migrations: { '1_first': FIRST, '2_later': 'SELECT 1' } });
  expect(await older.runtime.up({ noRedis: true })).toMatchObject({ migrationsCurrent: true, warnings: [] });
  rmSync(join(older.root, 'prisma', 'migrations', '2_later'), { recursive: true });

  expect(await older.runtime.up({ noRedis: true })).toMatchObject({
    migrationsApplied: [],
    migrationsCurrent: false,
    warnings: [expect.stringMatching(/no file here: 2_later;/)],
  });
  expect((await older.runtime.status()).migrations).toMatchObject({ current: false, unknown: ['2_later'] });
  expect((await older.runtime.doctor()).checks).toContainEqual(
    expect.objectContaining({ name: 'migrations', ok: false, detail: 'unknown: 2_later' }),
  );
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
