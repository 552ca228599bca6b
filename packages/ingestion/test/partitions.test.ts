import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createServicePool, poolSql, type ServicePool } from '@trading/database';
import { createTestDatabase, PATIENCE_MS, type TestDatabase } from '@trading/testing';
import { createIngestionService, type IngestionService } from '../src';
import { barsOf } from './barsOf';

let database: TestDatabase;
let pool: ServicePool;
let service: IngestionService;
beforeAll(async () => {
  database = await createTestDatabase();
  pool = createServicePool({
    url: database.serviceUrl('ingestion'),
    service: 'ingestion',
    waitMs: PATIENCE_MS,
  });
  service = createIngestionService({ pool });
});
afterAll(async () => {
  await pool.end();
  await database.drop();
});

const at = (year: number) => new Date(Date.UTC(year, 6, 1));
const names = async () => (await service.partitions.list()).map(({ name }) => name);

describe('partitions', () => {
  test('are listed in the order of time, with their bounds', async () => {
    const [first] = await service.partitions.list();
    expect(first).toEqual({
      name: 'market_data_2000',
      first: new Date('2000-01-01T00:00:00Z'),
      until: new Date('2001-01-01T00:00:00Z'),
      rows: expect.any(Number),
      bytes: expect.any(Number),
    });
  });

  test('are made once, whoever asks at the same time', async () => {
    const made = await Promise.all([1, 2, 3, 4].map(() => service.partitions.ensure(at(1970), at(1972))));
    expect(made.flat().sort()).toEqual(['market_data_1970', 'market_data_1971', 'market_data_1972']);
    expect(await service.partitions.ensure(at(1970), at(1972))).toEqual([]);
  });

  test('are not made the wrong way round, nor for every year there is', async () => {
    await expect(service.partitions.ensure(at(1972), at(1970))).rejects.toMatchObject({
      code: 'INGESTION.INVALID_RANGE',
    });
    await expect(service.partitions.ensure(at(1066), at(1970))).rejects.toMatchObject({
      code: 'DATABASE.INVALID_VALUE',
    });
  });

  test('are dropped before a moment, whole, with the history of their bars; a dry run only says so', async () => {
    const bar = (price: number) => [
      barsOf([
        { symbol: 'OLD', day: -365 * 19, price },
        { symbol: 'OLD', day: -365 * 10, price },
      ]),
    ];
    await service.bulkIngest({ source: bar(1), origin: 'test' });
    await service.bulkIngest({ source: bar(2), origin: 'test' });
    const before = await names();

    // The sizes are left out: PostgreSQL may estimate them anew at any moment.
    const dropped = async (dryRun: boolean) =>
      (await service.partitions.dropBefore(at(2002), { dryRun })).map(({ name }) => name);
    expect(await dropped(true)).toEqual(before.filter((name) => name < 'market_data_2002'));
    expect(await names()).toEqual(before);

    expect(await dropped(false)).toEqual(before.filter((name) => name < 'market_data_2002'));
    expect(await names()).toEqual(before.filter((name) => name >= 'market_data_2002'));
    expect(
      await poolSql(pool).query(
        `SELECT extract(year FROM "timestamp")::int AS year FROM data_ingestion.bar_revisions`,
      ),
    ).toEqual([{ year: 2010 }]);
  });

  test('of the future are not dropped', async () => {
    await expect(service.partitions.dropBefore(at(2190), { dryRun: true })).rejects.toMatchObject({
      code: 'INGESTION.INVALID_RANGE',
    });
  });
});
