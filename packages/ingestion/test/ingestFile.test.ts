import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createServicePool, poolSql, type ServicePool } from '@trading/database';
import { createTestDatabase, PATIENCE_MS, type TestDatabase } from '@trading/testing';
import { createIngestionService, type FileMapping, type IngestionService } from '../src';
import { spawnTypescript } from './spawnTypescript';

let database: TestDatabase;
let pool: ServicePool;
let service: IngestionService;
let folder: string;
beforeAll(async () => {
  database = await createTestDatabase();
  pool = createServicePool({
    url: database.serviceUrl('ingestion'),
    service: 'ingestion',
    waitMs: PATIENCE_MS,
  });
  service = createIngestionService({ pool });
  folder = await mkdtemp(join(tmpdir(), 'ingest-file-'));
});
afterAll(async () => {
  await pool.end();
  await database.drop();
  await rm(folder, { recursive: true });
});

async function file(name: string, ...lines: string[]): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, lines.map((line) => `${line}\n`).join(''));
  return path;
}

const OHLC = { open: 'o', high: 'h', low: 'l', close: 'c' };
const stored = (like: string) =>
  poolSql(pool).query(
    `SELECT symbol, "timestamp", open, close, volume FROM data_ingestion.market_data WHERE symbol LIKE $1 ORDER BY symbol, "timestamp"`,
    [like],
  );

describe('a file of any form', () => {
  test('tells how much of it has been read', async () => {
    const lines = Array.from({ length: 5 }, (_, day) => `2024-01-0${day + 1},1,2,1,1.5`);
    const path = await file('progress.csv', 'day,o,h,l,c', ...lines);
    const seen: string[] = [];
    await service.ingestFile({
      path,
      dataSource: 'alpaca',
      symbol: 'PROGRESS',
      mapping: { timestamp: 'day', timeFormat: 'date', ...OHLC },
      onProgress: ({ inserted, position: { unit, read, total } }) =>
        seen.push(`${inserted} bars, ${read} of ${total} ${unit}`),
    });
    const { size } = await stat(path);
    expect(seen).toEqual([`5 bars, ${size} of ${size} bytes`]);
  });

  test('is loaded by its mapping: several symbols, minutes, no volume', async () => {
    const path = await file(
      'minutes.csv',
      'when,sym,o,h,l,c',
      '1704205800,M.A,1,2,1,1.5',
      '1704205860,M.B,1,2,1,1.25',
    );
    const mapping: FileMapping = { timestamp: 'when', timeFormat: 'epoch_s', symbol: 'sym', ...OHLC };
    expect(await service.ingestFile({ path, dataSource: 'alpaca_1m', symbol: 'M', mapping })).toMatchObject({
      inserted: 2,
      series: 2,
    });
    expect(await stored('M.%')).toEqual([
      {
        symbol: 'M.A',
        timestamp: new Date('2024-01-02T14:30:00Z'),
        open: '1.0000',
        close: '1.5000',
        volume: '0',
      },
      {
        symbol: 'M.B',
        timestamp: new Date('2024-01-02T14:31:00Z'),
        open: '1.0000',
        close: '1.2500',
        volume: '0',
      },
    ]);
  });

  test('has its bad rows recorded with what was read, and its good ones stored', async () => {
    const path = await file(
      'bad.csv',
      'day,o,h,l,c,v',
      '2024-01-02,1,2,1,1.5,10',
      'Jan 3,1,2,1,1.5,10',
      '2024-01-04,1,2,1,1.50001,10',
      '2024-01-05,1,2,x,1.5,1e3',
      '2024-01-08,1,2',
      '2024-01-09,3,2,1,1.5,10',
    );
    const mapping: FileMapping = { timestamp: 'day', timeFormat: 'date', volume: 'v', ...OHLC };
    const summary = await service.ingestFile({
      ...{ path, dataSource: 'quandl', symbol: 'BAD', mapping },
      allowRejects: true,
    });
    expect(summary).toMatchObject({ rows: 6, inserted: 1, rejectedRows: 5 });
    expect(
      summary.rejected.map(({ line, problems }) => [
        line,
        problems.map(({ field, value }) => `${field}=${value}`).join(' '),
      ]),
    ).toEqual([
      [3, 'day=Jan 3'],
      [4, 'c=1.50001'],
      [5, 'l=x v=1e3'],
      [6, 'line=2024-01-08,1,2'],
      [7, 'high=2.0000'],
    ]);
    expect(
      await poolSql(pool).query(
        `SELECT count(*)::int AS n FROM data_ingestion.data_quality_logs WHERE symbol = 'BAD'`,
      ),
    ).toEqual([{ n: 5 }]);
  });

  test('with more decimals than the column has is rounded where that is asked for', async () => {
    const path = await file('fine.csv', 'day,o,h,l,c', '2024-01-02,1.00005,2.00004,1,1.5');
    const mapping: FileMapping = { timestamp: 'day', timeFormat: 'date', round: true, ...OHLC };
    expect(await service.ingestFile({ path, dataSource: 'iex', symbol: 'FINE', mapping })).toMatchObject({
      inserted: 1,
    });
    expect(await stored('FINE')).toMatchObject([{ open: '1.0001' }]);
  });

  test('without a mapped column loads nothing, and names it', async () => {
    const path = await file('lacks.csv', 'day,o,h,l', '2024-01-02,1,2,1');
    const mapping: FileMapping = { timestamp: 'day', timeFormat: 'date', ...OHLC };
    await expect(
      service.ingestFile({ path, dataSource: 'iex', symbol: 'LACKS', mapping }),
    ).rejects.toMatchObject({
      code: 'INGESTION.MALFORMED_HEADER',
      message: 'the file lacks c; it has day, o, h, l',
    });
  });

  test('of Parquet is loaded too, in batches', async () => {
    const child = spawnTypescript(
      'parquetProcess.ts',
      database.serviceUrl('ingestion'),
      join(folder, 'bars.parquet'),
      '25000',
    );
    const summary: unknown = JSON.parse(await text(child.stdout));
    expect(summary).toMatchObject({ rows: 25_000, inserted: 24_999, rejectedRows: 1, series: 2 });
    const [first] = await stored('EVEN');
    expect(first).toEqual({
      symbol: 'EVEN',
      timestamp: new Date('2024-01-02T14:30:00Z'),
      open: '100.2500',
      close: '100.2500',
      volume: '0',
    });
  });

  test('of Parquet that is not there is refused', async () => {
    await expect(
      service.ingestFile({
        path: join(folder, 'none.parquet'),
        dataSource: 'iex',
        symbol: 'NONE',
        mapping: { timestamp: 't', timeFormat: 'date', ...OHLC },
      }),
    ).rejects.toMatchObject({ code: 'INGESTION.NO_SUCH_FILE' });
  });
});
