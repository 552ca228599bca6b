import { afterAll, beforeAll } from '@jest/globals';
import { createServicePool, poolSql, type ServicePool } from '@trading/database';
import { createTestDatabase, PATIENCE_MS, type TestDatabase } from '@trading/testing';
import { createIngestionService, type IngestionService } from '../src';
import { barsOf, type TestBar } from './barsOf';

/** What tests of `bulkIngest` share. */
export let pool: ServicePool;
export let service: IngestionService;

/** Registers the file's database and service. */
export function useBulkIngestion(): void {
  let database: TestDatabase;
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
    await pool?.end();
    await database?.drop();
  });
}

export const rows = (text: string, ...values: unknown[]) => poolSql(pool).query(text, values);
/** The bars of the symbols that are like this. */
export const storedBars = (like: string) =>
  rows(
    `SELECT symbol, ("timestamp"::date - '2020-01-01') AS day, close, volume FROM data_ingestion.market_data
      WHERE symbol LIKE $1 ORDER BY symbol, "timestamp"`,
    like,
  );
export const load = (bars: readonly TestBar[], options: object = {}) =>
  service.bulkIngest({ source: [barsOf(bars)], origin: 'test', ...options });

/** A year of one symbol. */
export const year = (symbol: string, price = 10_000, days = 365): TestBar[] =>
  Array.from({ length: days }, (_, day) => ({ symbol, day, price: price + day }));
