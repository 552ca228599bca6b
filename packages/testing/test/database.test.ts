import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { withConnection } from '@trading/local';
import { createTestDatabase, type TestDatabase } from '../src';

const rows = (url: string, sql: string) =>
  withConnection(url, async (client) => (await client.query(sql)).rows);

describe('a test database', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterAll(() => database.drop());

  test('has every migration applied', async () => {
    const applied = await rows(
      database.ownerUrl,
      'SELECT migration_name FROM _prisma_migrations WHERE finished_at IS NULL',
    );
    expect(applied).toEqual([]);
    expect(await rows(database.ownerUrl, "SELECT to_regclass('execution.orders')::text AS t")).toEqual([
      { t: 'execution.orders' },
    ]);
  });

  test('lets each service in as its own role, on UTC', async () => {
    expect(
      await rows(
        database.serviceUrl('execution'),
        "SELECT current_user::text AS role, current_setting('timezone') AS timezone, current_database()::text AS name",
      ),
    ).toEqual([{ role: 'trading_execution', timezone: 'UTC', name: database.name }]);
  });

  test('shares nothing with another one', async () => {
    await using other = await createTestDatabase();
    await rows(database.ownerUrl, 'CREATE TABLE only_here ()');
    expect(await rows(other.ownerUrl, "SELECT to_regclass('only_here')::text AS t")).toEqual([{ t: null }]);
  });

  test('is empty where that is asked for', async () => {
    await using empty = await createTestDatabase({ migrated: false });
    expect(await rows(empty.ownerUrl, "SELECT to_regclass('execution.orders')::text AS t")).toEqual([
      { t: null },
    ]);
  });

  test('is gone when it is disposed of, even with a session in it', async () => {
    const other = await createTestDatabase();
    await withConnection(other.ownerUrl, async () => {
      await other.drop();
    });
    await expect(rows(other.ownerUrl, 'SELECT 1')).rejects.toMatchObject({ code: 'DATABASE.MISSING' });
  });
});
