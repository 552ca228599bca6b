import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createServicePool, poolSql, type ServicePool } from '@trading/database';
import { createTestDatabase, PATIENCE_MS, type TestDatabase } from '@trading/testing';
import { createIngestionService, type FileForm, type IngestionService } from '../src';
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
  service = createIngestionService({ pool, clock: () => new Date('2026-06-01T00:00:00Z') });
  folder = await mkdtemp(join(tmpdir(), 'file-forms-'));
});
afterAll(async () => {
  await pool?.end();
  await database?.drop();
  await rm(folder, { recursive: true });
});

const fixture = (name: string) => join(__dirname, 'files', name);
const write = async (name: string, content: string | Buffer) => {
  const path = join(folder, name);
  await writeFile(path, content);
  return path;
};

/** Loads a file; its bars as text, `AAPL 2024-01-02T05:00:00.000Z 187 189 186 188.25 81964876`. */
async function load(form: FileForm): Promise<{ bars: string[]; [field: string]: unknown }> {
  const { dataSources, inserted, rejectedRows, roundedRows, emptyRows, preset, notes } =
    await service.ingestFile(form);
  const rows = await poolSql(pool).query<Record<string, unknown> & { timestamp: Date }>(
    `SELECT symbol, "timestamp", trim_scale(open) AS open, trim_scale(high) AS high, trim_scale(low) AS low, trim_scale(close) AS close, volume
       FROM data_ingestion.market_data WHERE data_source = ANY ($1) ORDER BY symbol, "timestamp"`,
    [dataSources],
  );
  const bars = rows.map(({ symbol, timestamp, open, high, low, close, volume }) =>
    [symbol, timestamp.toISOString(), open, high, low, close, volume].join(' '),
  );
  await poolSql(pool).query('DELETE FROM data_ingestion.market_data WHERE data_source = ANY ($1)', [
    dataSources,
  ]);
  return { bars, dataSources, inserted, rejectedRows, roundedRows, emptyRows, preset, notes };
}

describe('a file as the world writes it', () => {
  test('of Polygon, packed, with nanoseconds and several symbols, needs its name alone', async () => {
    expect(await load({ path: fixture('polygon-day-aggs.csv.gz') })).toMatchObject({
      preset: 'polygon-flatfile',
      dataSources: ['polygon_raw'],
      bars: [
        'AAPL 2024-01-02T05:00:00.000Z 187 189 186 188.25 81964876',
        'AAPL 2024-01-03T05:00:00.000Z 188 190 187 189.25 81964877',
        'AAPL 2024-01-04T05:00:00.000Z 189 191 188 190.25 81964878',
        'BRK.B 2024-01-02T05:00:00.000Z 362.5 364.5 361.5 363.75 81964876',
        'BRK.B 2024-01-03T05:00:00.000Z 363.5 365.5 362.5 364.75 81964877',
        'BRK.B 2024-01-04T05:00:00.000Z 364.5 366.5 363.5 365.75 81964878',
      ],
    });
  });

  test('of minutes with fractions of shares is of the series of minutes, and says that it was rounded', async () => {
    expect(await load({ path: fixture('polygon-minute-aggs-fractional-volume.csv') })).toMatchObject({
      dataSources: ['polygon_raw_1m'],
      roundedRows: 3,
      bars: [
        'AAPL 2026-03-02T14:30:00.000Z 100.5 102 99.125 101.25 1235',
        'AAPL 2026-03-02T14:31:00.000Z 101.5 103 100.125 102.25 1236',
        'AAPL 2026-03-02T14:32:00.000Z 102.5 104 101.125 103.25 1237',
      ],
    });
  });

  test('without a header, in microseconds, is known by its columns', async () => {
    expect(await load({ path: fixture('binance-klines-microseconds.csv'), symbol: 'BTC-USD' })).toMatchObject(
      {
        preset: 'binance',
        dataSources: ['binance_1m'],
        roundedRows: 3,
        notes: expect.arrayContaining(['column 1 is read as microseconds since 1970, by its magnitude']),
        bars: [
          'BTC-USD 2025-01-01T00:00:00.000Z 93576 93610.93 93537.5 93600.93 8',
          'BTC-USD 2025-01-01T00:01:00.000Z 93576 93610.93 93537.5 93601.93 8',
          'BTC-USD 2025-01-01T00:02:00.000Z 93576 93610.93 93537.5 93602.93 8',
        ],
      },
    );
  });

  test('of local times in two columns needs to know whose clock it is', async () => {
    const form = { path: fixture('local-time-two-columns.csv'), symbol: 'AAPL', dataSource: 'alpaca_1m' };
    await expect(service.ingestFile(form)).rejects.toMatchObject({
      code: 'INGESTION.AMBIGUOUS_FILE',
      message: expect.stringContaining('--timezone America/New_York'),
    });
    expect(await load({ ...form, mapping: { timezone: 'America/New_York' } })).toMatchObject({
      bars: [
        'AAPL 2024-03-08T14:30:00.000Z 169 169.5 168.9 169.2 1234567',
        'AAPL 2024-03-08T20:59:00.000Z 170.1 170.3 170 170.2 234567',
        'AAPL 2024-03-11T13:30:00.000Z 172.94 173.1 172.5 172.8 934567',
      ],
    });
  });

  test('of stooq loses the suffix of its symbols, and its midnights are days', async () => {
    expect(await load({ path: fixture('stooq-daily.txt') })).toMatchObject({
      preset: 'stooq',
      dataSources: ['stooq'],
      bars: [
        'AAPL 2024-01-02T05:00:00.000Z 187.15 188.44 183.885 185.64 82488674',
        'AAPL 2024-01-03T05:00:00.000Z 184.22 185.88 183.43 184.25 58414460',
      ],
    });
  });

  test('of a European Excel is read with its commas, points and days', async () => {
    expect(
      await load({ path: fixture('european-excel.csv'), symbol: 'SAP', dataSource: 'yahoo' }),
    ).toMatchObject({
      bars: [
        'SAP 2024-01-02T05:00:00.000Z 1187.15 1188.44 1183.89 1185.64 82488674',
        'SAP 2024-01-03T05:00:00.000Z 1184.22 1185.88 1183.43 1184.25 58414460',
      ],
    });
  });

  test('in which one row alone would tell the day from the month is asked about', async () => {
    const path = await write(
      'one.csv',
      'Datum;Open;High;Low;Close;Volume\r\n02.01.2024;1,5;2,5;1,5;2,5;10\r\n',
    );
    const form = { path, symbol: 'ONE', dataSource: 'yahoo' };
    await expect(service.ingestFile(form)).rejects.toMatchObject({
      code: 'INGESTION.AMBIGUOUS_FILE',
      message: expect.stringMatching(/%d\.%m\.%Y.*%m\.%d\.%Y/),
    });
    expect(await load({ ...form, mapping: { timeFormat: '%m.%d.%Y' } })).toMatchObject({
      bars: ['ONE 2024-02-01T05:00:00.000Z 1.5 2.5 1.5 2.5 10'],
    });
  });

  test('of several symbols passes over a row without values, and asks for the series', async () => {
    const path = fixture('several-symbols.csv');
    await expect(service.ingestFile({ path })).rejects.toMatchObject({ code: 'INGESTION.WHICH_SERIES' });
    expect(await load({ path, dataSource: 'kaggle' })).toMatchObject({
      emptyRows: 1,
      rejectedRows: 0,
      bars: [
        'AAL 2013-02-08T05:00:00.000Z 15.07 15.12 14.63 14.75 8407500',
        'AAPL 2013-02-08T05:00:00.000Z 67.7142 68.4014 66.8928 67.8542 158168416',
        'AAPL 2013-02-11T05:00:00.000Z 68.0714 69.2771 67.6071 68.5614 129029425',
      ],
    });
  });

  test('whose every row fails for one reason says so in a sentence, and nothing is written', async () => {
    const path = fixture('wrong-time-format-everywhere.csv');
    const before = await findings();
    await expect(
      service.ingestFile({ path, symbol: 'WRONG', dataSource: 'yahoo', mapping: { timeFormat: 'date' } }),
    ).rejects.toMatchObject({
      code: 'INGESTION.NO_GOOD_ROW',
      message: expect.stringMatching(
        /^all 29 rows are refused, so nothing was written: date is '2024-01-02 00:00', it must be a calendar date as YYYY-MM-DD; did you mean --time-format '%Y-%m-%d %H:%M'/,
      ),
    });
    expect(await findings()).toBe(before);
  });

  test.each([
    [
      'yfinance.csv',
      'Price,Close,High,Low,Open,Volume\nTicker,X,X,X,X,X\nDate,,,,,\n2024-01-02,2.5,3,1,2,10\n',
      'yahoo_adjusted',
      '2024-01-02T05:00:00.000Z 2 3 1 2.5 10',
    ],
    [
      'nasdaq.csv',
      'Date,Close/Last,Volume,Open,High,Low\n01/02/2024,$1002.50,"1,000",$1002.00,"$1,003.00",$1001.00\n',
      'nasdaq',
      '2024-01-02T05:00:00.000Z 1002 1003 1001 1002.5 1000',
    ],
    [
      'investing.csv',
      '"Date","Price","Open","High","Low","Vol.","Change %"\n"Jan 02, 2024","1,002.50","1,002.00","1,003.00","1,001.00","58.41M","0.1%"\n"Jan 03, 2024","2.5","2","3","1","-","0"\n',
      'investing',
      '2024-01-02T05:00:00.000Z 1002 1003 1001 1002.5 58410000',
    ],
    [
      'kibot.txt',
      '01/02/2024,09:30,2,3,1,2.5,10\n01/02/2024,09:31,2,3,1,2.5,10\n',
      'kibot_adjusted_1m',
      '2024-01-02T14:30:00.000Z 2 3 1 2.5 10',
    ],
    [
      'utf16.csv',
      Buffer.from('\ufeffdate\topen\thigh\tlow\tclose\n2024-01-02\t2\t3\t1\t2.5\n', 'utf16le'),
      'yahoo',
      '2024-01-02T05:00:00.000Z 2 3 1 2.5 0',
    ],
  ])('%s is understood', async (name, content, dataSource, bar) => {
    const path = await write(name, content);
    const series = name === 'utf16.csv' ? { dataSource } : {};
    const { bars, dataSources } = await load({ path, symbol: 'X', ...series });
    expect([dataSources, bars[0]]).toEqual([[dataSource], `X ${bar}`]);
  });

  test('of twenty-six years of the S&P 500 loads with its symbol alone', async () => {
    const path = join(dirname(require.resolve('vega-datasets')), '../data/sp500-2000.csv');
    const { bars, ...summary } = await load({ path, symbol: 'SPX' });
    expect(summary).toMatchObject({
      preset: 'yahoo',
      dataSources: ['yahoo', 'yahoo_adjusted'],
      rejectedRows: 0,
    });
    expect(bars).toHaveLength(2 * 5_105);
    expect(bars[0]).toBe('SPX 2000-01-03T05:00:00.000Z 1469.25 1478 1438.36 1455.22 931800000');
  });
});

const findings = async () => {
  const rows = await poolSql(pool).query<{ n: string }>(
    'SELECT count(*) AS n FROM data_ingestion.data_quality_logs',
  );
  return rows[0]?.n;
};

describe('times on a clock', () => {
  test('that does not show them, or shows them twice, are refused with the reason', async () => {
    const hour = (time: string) => `${time},2,3,1,2.5\n`;
    const good = Array.from({ length: 30 }, (_, minute) => hour(`2024-03-08 10:${minute + 10}`)).join('');
    const path = await write(
      'clock.csv',
      `date,open,high,low,close\n${good}${hour('2024-03-10 02:30')}${hour('2024-11-03 01:30')}`,
    );
    const { reasons, inserted } = await service.ingestFile({
      ...{ path, symbol: 'CLOCK', dataSource: 'alpaca_1m' },
      mapping: { timezone: 'America/New_York' },
    });
    expect(inserted).toBe(30);
    expect(reasons.map(({ value, reason }) => `${value} ${reason}`)).toEqual([
      '2024-03-10 02:30 does not exist in America/New_York: the clock was put forward over it',
      '2024-11-03 01:30 exists twice in America/New_York: the clock was put back over it; give times with their zone',
    ]);
  });
});

describe('foreign bytes', () => {
  const rowsOf = (count: number) =>
    Array.from({ length: count }, (_, day) => `${day + 1},1,2,1,1.5\n`).join('');
  const mapping = {
    timeFormat: 'epoch_s',
    timestamp: 't',
    open: 'o',
    high: 'h',
    low: 'l',
    close: 'c',
  } as const;

  test('a NUL in a cell, and a cell of sixty thousand letters, spoil their own rows only', async () => {
    const path = await write(
      'nul.csv',
      `t,o,h,l,c\n${rowsOf(30)}31,1\0,2,1,1.5\n32,${'a'.repeat(60_000)},2,1,1.5\n`,
    );
    const { inserted, rejected } = await service.ingestFile({
      path,
      symbol: 'NUL',
      dataSource: 'iex_1m',
      mapping,
    });
    expect(inserted).toBe(30);
    expect(rejected.map(({ line, problems }) => [line, problems[0]?.value.length])).toEqual([
      [32, 2],
      [33, 120],
    ]);
    const events = await poolSql(pool).query(
      `SELECT count(*)::int AS n FROM event_bus.outbox WHERE key = 'NUL' AND event_type = 'data_quality_failed'`,
    );
    expect(events).toEqual([{ n: 1 }]);
  });

  test('a bar of the future is refused, by a file as by any other way', async () => {
    const path = await write('future.csv', `t,o,h,l,c\n${rowsOf(30)}5680281600,1,2,1,1.5\n`);
    const { inserted, reasons } = await service.ingestFile({
      path,
      symbol: 'FUT',
      dataSource: 'iex_1m',
      mapping,
    });
    expect(inserted).toBe(30);
    expect(reasons).toMatchObject([
      {
        field: 'timestamp',
        value: '2150-01-01T00:00:00.000Z',
        reason: expect.stringContaining('must not be in the future'),
      },
    ]);
  });

  test('more than a tenth of bad rows stops the run before it writes, unless that is allowed', async () => {
    const path = await write('bad.csv', `t,o,h,l,c\n${rowsOf(8)}x,1,2,1,1.5\n`);
    const form = { path, symbol: 'TENTH', dataSource: 'iex_1m', mapping };
    await expect(service.ingestFile(form)).rejects.toMatchObject({
      code: 'INGESTION.TOO_MANY_REJECTED',
      message: expect.stringMatching(/^1 of the first 9 rows are refused.*line 10.*'x'.*--allow-rejects/),
    });
    expect(await service.ingestFile({ ...form, allowRejects: true })).toMatchObject({
      inserted: 8,
      rejectedRows: 1,
    });
  });

  test('a named pipe is read, and one that nobody writes to heeds the signal', async () => {
    const path = join(folder, 'pipe');
    await new Promise((resolve) => spawn('mkfifo', [path]).on('exit', resolve));
    const form = { path, symbol: 'PIPE', dataSource: 'iex_1m', mapping };
    const stop = new AbortController();
    const waiting = service.ingestFile({ ...form, signal: stop.signal });
    stop.abort(new Error('told to stop'));
    await expect(waiting).rejects.toThrow('told to stop');
    const loaded = service.ingestFile(form);
    await writeFile(path, gzipSync(`t,o,h,l,c\n${rowsOf(30)}`));
    expect(await loaded).toMatchObject({ inserted: 30 });
  });

  test('a Parquet footer that says more rows than the file holds is refused', async () => {
    const path = join(folder, 'footer.parquet');
    const child = spawnTypescript(
      'parquetProcess.ts',
      database.serviceUrl('ingestion'),
      path,
      '3',
      'endless',
    );
    expect(JSON.parse(await text(child.stdout))).toMatchObject({
      code: 'INGESTION.MALFORMED_PARQUET',
      message: expect.stringContaining('its footer says that it has 9007199254740992 rows'),
    });
  });
});
