import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach } from '@jest/globals';
import { createServicePool, poolSql, type ServicePool } from '@trading/database';
import { createTestDatabase, PATIENCE_MS, type TestDatabase } from '@trading/testing';
import { createIngestionService, type IngestionService } from '../src';

/** The header of a file of Yahoo's form. */
export const HEADER = 'Date,Open,High,Low,Close,Adj Close,Volume';
/** Five years of AAPL, as Yahoo gave them. */
export const AAPL = require.resolve('@observablehq/sample-datasets/aapl.csv');

/** How such a file is loaded, with bad rows in it or not. */
export const YAHOO = { preset: 'yahoo', allowRejects: true } as const;

/** What tests of Yahoo's form share; each test has a symbol of its own. */
export let pool: ServicePool;
export let service: IngestionService;
export let folder: string;
export let symbol = '';

/** Registers the file's database, service and folder. */
export function useCsvFolder(): void {
  let database: TestDatabase;
  let files = 0;
  beforeAll(async () => {
    database = await createTestDatabase();
    pool = createServicePool({
      url: database.serviceUrl('ingestion'),
      service: 'ingestion',
      waitMs: PATIENCE_MS,
    });
    service = createIngestionService({ pool });
    folder = await mkdtemp(join(tmpdir(), 'ingest-csv-'));
  });
  afterAll(async () => {
    await pool.end();
    await database.drop();
    await rm(folder, { recursive: true });
  });
  beforeEach(() => {
    files += 1;
    symbol = `T${files}`;
  });
}

/** Writes a file of these lines. */
export async function csv(...lines: string[]): Promise<string> {
  const path = join(folder, `${symbol}.csv`);
  await writeFile(path, lines.map((line) => `${line}\n`).join(''));
  return path;
}

/** Rows of a statement whose $1 is the test's symbol. */
export const rows = (text: string) => poolSql(pool).query(text, [symbol]);
/** What the test stored. */
export const bars = () =>
  rows(`SELECT data_source, "timestamp"::date::text AS date, open, high, low, close, volume
          FROM data_ingestion.market_data WHERE symbol = $1 ORDER BY data_source, "timestamp"`);
/** Where its series stand. */
export const status = () =>
  rows(`SELECT data_source, status, last_bar::date::text AS last_bar, row_count::int, cursor, error,
               started_at IS NOT NULL AS started, finished_at IS NOT NULL AS finished
          FROM data_ingestion.ingestion_status WHERE symbol = $1 ORDER BY data_source`);
/** What it told the others. */
export const events = () =>
  rows(`SELECT event_type, data FROM event_bus.outbox WHERE key = $1 ORDER BY xid, id`);
