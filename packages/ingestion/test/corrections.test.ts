import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createServicePool, poolSql, type ServicePool } from '@trading/database';
import { withConnection } from '@trading/local';
import { createTestDatabase, PATIENCE_MS, type TestDatabase, until } from '@trading/testing';
import { createIngestionService, type IngestionService } from '../src';
import { barsOf, type TestBar } from './barsOf';

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

const load = (bars: readonly TestBar[]) =>
  service.bulkIngest({ source: [barsOf(bars)], origin: 'test', chunkRows: 6_000 });
const series = (symbol: string, price: (day: number) => number, volume?: bigint): TestBar[] =>
  Array.from({ length: 6_500 }, (_, day) => ({
    symbol,
    // All of them in the past: bars of the future are refused.
    day: day - 6_500,
    price: price(day),
    ...(volume === undefined ? {} : { volume }),
  }));

describe('a correction of a whole series', () => {
  test('stores each new value to its last digit, and keeps each old one', async () => {
    const wide = (day: number) => (day % 3 === 0 ? 999_999_999_999_999 - day : 1 + day * 9_999);
    await load(series('EXACT', (day) => day + 1));
    const summary = await load(series('EXACT', wide, 2n ** 62n + 1n));

    const { exact, volume } = await service.bars.range({ symbol: 'EXACT', dataSource: 'polygon' });
    const days = Array.from({ length: 6_500 }, (_, day) => day);
    expect(summary).toMatchObject({ inserted: 0, updated: 6_500 });
    expect(Array.from(exact.close, Number)).toEqual(days.map(wide));
    expect(new Set(volume)).toEqual(new Set([2n ** 62n + 1n]));
    const [kept] = await poolSql(pool).query(
      `SELECT count(*)::int AS bars, sum(close * 10000)::bigint::text AS ticks
         FROM data_ingestion.bar_revisions WHERE symbol = 'EXACT'`,
    );
    expect(kept).toEqual({ bars: 6_500, ticks: String((6_500 * 6_501) / 2) });
  });

  test('never reads all of the history, though it was known to be empty when the session planned it', async () => {
    await using fresh = await createTestDatabase();
    {
      const options = { url: fresh.serviceUrl('ingestion'), service: 'ingestion', max: 2 } as const;
      await using freshPool = createServicePool(options);
      const { bulkIngest } = createIngestionService({ pool: freshPool });
      const give = (price: number) =>
        bulkIngest({ source: [barsOf(series('LONG', () => price))], origin: 'test' });
      await give(10);
      await withConnection(fresh.adminUrl, (admin) => admin.query('VACUUM data_ingestion.bar_revisions'));
      await give(11);
    }
    const read = await withConnection(fresh.adminUrl, async (admin) => {
      // A session's counts are there once it is gone.
      const writers = `SELECT FROM pg_stat_activity WHERE datname = current_database() AND usename = 'trading_ingestion'`;
      await until('the sessions to be gone', async () => (await admin.query(writers)).rows.length === 0);
      const { rows } = await admin.query(
        `SELECT seq_tup_read::int AS read_through, idx_scan >= 6500 AS looked_up
           FROM pg_stat_all_tables WHERE relid = 'data_ingestion.bar_revisions'::regclass`,
      );
      return rows;
    });
    expect(read).toEqual([{ read_through: 0, looked_up: true }]);
  });
});
