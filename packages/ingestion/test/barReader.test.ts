import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createServicePool, poolSql, type ServicePool } from '@trading/database';
import { createTestDatabase, PATIENCE_MS, type TestDatabase } from '@trading/testing';
import {
  type BarReader,
  ColumnsBuilder,
  createBarReader,
  createIngestionService,
  type IngestionService,
} from '../src';
import { barsOf, type TestBar } from './barsOf';

let database: TestDatabase;
let pool: ServicePool;
let service: IngestionService;
let reader: BarReader;
beforeAll(async () => {
  database = await createTestDatabase();
  pool = createServicePool({
    url: database.serviceUrl('ingestion'),
    service: 'ingestion',
    waitMs: PATIENCE_MS,
  });
  service = createIngestionService({ pool });
  reader = createBarReader({ pool });
});
afterAll(async () => {
  await pool.end();
  await database.drop();
});

const load = (bars: readonly TestBar[]) => service.bulkIngest({ source: [barsOf(bars)], origin: 'test' });
const day = (number: number) => new Date(Date.UTC(2020, 0, 1 + number));
const polygon = (symbol: string) => ({ symbol, dataSource: 'polygon' });

describe('a range', () => {
  test('comes in columns, in the order of time, its end excluded; floating and exact', async () => {
    await load(
      [3, 1, 2, 4].map((number) => ({
        symbol: 'RANGE',
        day: number,
        price: number * 10_000 + 1,
        volume: 2n ** 62n,
      })),
    );
    const bars = await reader.range({ ...polygon('RANGE'), from: day(2), to: day(4) });
    expect([...bars.timestamp]).toEqual([day(2).getTime(), day(3).getTime()]);
    expect([...bars.prices.close]).toEqual([2.0001, 3.0001]);
    expect([...bars.exact.high]).toEqual([20_001n, 30_001n]);
    expect([...bars.volume]).toEqual([2n ** 62n, 2n ** 62n]);
    expect((await reader.range(polygon('RANGE'))).length).toBe(4);
  });

  test('of nothing is empty', async () => {
    expect((await reader.range(polygon('NOTHING'))).length).toBe(0);
  });

  test('of prices at both ends of the column is exact', async () => {
    await load([
      { symbol: 'ENDS', day: 0, price: 1 },
      { symbol: 'ENDS', day: 1, price: 999_999_999_999_999 },
    ]);
    expect([...(await reader.range(polygon('ENDS'))).exact.open]).toEqual([1n, 999_999_999_999_999n]);
  });

  test.each([
    [{ symbol: "x'; DROP", dataSource: 'polygon' }, 'MODEL.INVALID_SYMBOL'],
    [{ symbol: 'X', dataSource: "polygon' OR true" }, 'MODEL.INVALID_DATA_SOURCE'],
    [{ symbol: 'X', dataSource: 'polygon', from: new Date('no') }, 'MODEL.INVALID_DATE'],
  ])('of %p is refused', async (query, code) => {
    await expect(reader.range(query)).rejects.toMatchObject({ code });
  });
});

test('the last bars, and the one that is the latest at a moment', async () => {
  await load([1, 2, 3, 4].map((number) => ({ symbol: 'LAST', day: number, price: number })));
  const closes = async (bars: ReturnType<BarReader['last']>) => [...(await bars).exact.close];
  expect(await closes(reader.last(polygon('LAST'), 2))).toEqual([3n, 4n]);
  expect(await closes(reader.last({ ...polygon('LAST'), to: day(3) }, 5))).toEqual([1n, 2n]);
  expect(await closes(reader.asOf(polygon('LAST'), day(2)))).toEqual([2n]);
  expect(await closes(reader.asOf(polygon('LAST'), new Date(day(3).getTime() - 1)))).toEqual([2n]);
  expect(await closes(reader.asOf(polygon('LAST'), day(0)))).toEqual([]);
  await expect(reader.last(polygon('LAST'), 0)).rejects.toMatchObject({ code: 'INGESTION.INVALID_COUNT' });
});

test('several symbols on one axis, where all have a bar or any has', async () => {
  await load([
    { symbol: 'LEFT', day: 1, price: 10_000 },
    { symbol: 'LEFT', day: 2, price: 20_000 },
    { symbol: 'RIGHT', day: 2, price: 30_000 },
    { symbol: 'RIGHT', day: 3, price: 40_000 },
  ]);
  const query = { symbols: ['LEFT', 'RIGHT'], dataSource: 'polygon' };
  const inner = await reader.aligned(query, 'inner');
  expect([[...inner.timestamp], ...inner.symbols.map(({ prices }) => [...prices.close])]).toEqual([
    [day(2).getTime()],
    [2],
    [3],
  ]);
  const outer = await reader.aligned(query, 'outer');
  expect(outer.timestamp).toHaveLength(3);
  expect(outer.symbols.map(({ prices }) => [...prices.close])).toEqual([
    [1, 2, Number.NaN],
    [Number.NaN, 3, 4],
  ]);
});

describe('longer bars', () => {
  /** One minute bars of a New York session, the close of each its number; a bar before and one after the session. */
  async function loadSession(symbol: string, openUtc: string): Promise<void> {
    const columns = new ColumnsBuilder();
    const series = columns.seriesIndex({ symbol, dataSource: 'polygon_1m' });
    const opening = new Date(openUtc).getTime();
    for (const minute of [-1, ...Array.from({ length: 390 }, (_, number) => number), 390]) {
      const price = 1_000 + minute;
      const bar = { open: price, high: price + 5, low: price - 5, close: price + 1, volume: 2n };
      columns.append(series, { timestamp: opening + minute * 60_000, ...bar });
    }
    await service.bulkIngest({ source: [columns], origin: 'test' });
  }

  test('of 5 minutes, of hours and of days are counted from the opening, in summer and winter', async () => {
    for (const [symbol, opening, midnight] of [
      ['SUMMER', '2020-07-01T13:30:00Z', '2020-07-01T04:00:00Z'],
      ['WINTER', '2020-12-01T14:30:00Z', '2020-12-01T05:00:00Z'],
    ] as const) {
      await loadSession(symbol, opening);
      const query = { symbol, dataSource: 'polygon_1m' };
      const five = await reader.resampled(query, '5m');
      expect([five.length, new Date(five.timestamp[0] ?? 0).toISOString()]).toEqual([
        78,
        new Date(opening).toISOString(),
      ]);
      expect([
        five.exact.open[1],
        five.exact.high[1],
        five.exact.low[1],
        five.exact.close[1],
        five.volume[1],
      ]).toEqual([1_005n, 1_014n, 1_000n, 1_010n, 10n]);
      const hours = await reader.resampled(query, '1h');
      expect([hours.length, hours.volume[0], hours.volume[6]]).toEqual([7, 120n, 60n]);
      const days = await reader.resampled(query, '1d');
      expect([...days.timestamp]).toEqual([new Date(midnight).getTime()]);
      expect([
        days.exact.open[0],
        days.exact.high[0],
        days.exact.low[0],
        days.exact.close[0],
        days.volume[0],
      ]).toEqual([1_000n, 1_394n, 995n, 1_390n, 780n]);
    }
  });

  test.each(['polygon', 'polygon_1h', 'polygon_7m'])('of 1h are not made of %p', async (dataSource) => {
    await expect(reader.resampled({ symbol: 'X', dataSource }, '1h')).rejects.toMatchObject({
      code: 'INGESTION.INVALID_TIMEFRAME',
    });
  });
});

describe('what was known', () => {
  const now = async () => {
    const [row] = await poolSql(pool).query<{ now: Date }>('SELECT clock_timestamp() AS now');
    return row?.now ?? new Date(0);
  };
  /** Moments are told apart by milliseconds here. */
  const nextMillisecond = async (): Promise<Date> => {
    const moment = await now();
    const next = async (): Promise<void> => ((await now()) > moment ? undefined : next());
    await next();
    return moment;
  };
  const closes = async (knownAt?: Date) => [
    ...(await reader.range({ ...polygon('KNOWN'), ...(knownAt === undefined ? {} : { knownAt }) })).exact
      .close,
  ];

  test('at each moment stays answerable through any number of corrections', async () => {
    const moments = [await nextMillisecond()];
    for (const prices of [
      [1, 1],
      [1, 2],
      [3, 2, 9],
      [3, 2, 9],
      [1, 1, 9],
    ]) {
      await nextMillisecond();
      await load(prices.map((price, number) => ({ symbol: 'KNOWN', day: number, price })));
      await nextMillisecond();
      moments.push(await nextMillisecond());
    }
    const known: bigint[][] = [];
    for (const moment of moments) known.push(await closes(moment));
    expect(known).toEqual([[], [1n, 1n], [1n, 2n], [3n, 2n, 9n], [3n, 2n, 9n], [1n, 1n, 9n]]);
    expect(await closes()).toEqual([1n, 1n, 9n]);
    // Its cost is that of the changes: four corrections, four rows.
    expect(
      await poolSql(pool).query(
        `SELECT count(*)::int AS n FROM data_ingestion.bar_revisions WHERE symbol = 'KNOWN'`,
      ),
    ).toEqual([{ n: 4 }]);
  });

  test('is kept by the database, whoever corrects: not even twice in one transaction is lost', async () => {
    await load([{ symbol: 'TWICE', day: 0, price: 1 }]);
    const client = await pool.connect();
    try {
      await client.query('BEGIN');
      for (const close of ['0.0002', '0.0003']) {
        await client.query(
          `UPDATE data_ingestion.market_data SET open = $1, high = $1, low = $1, close = $1 WHERE symbol = 'TWICE'`,
          [close],
        );
      }
      await client.query('COMMIT');
    } finally {
      client.release();
    }
    expect(
      await poolSql(pool).query(
        `SELECT close, known_from < known_until AS ordered FROM data_ingestion.bar_revisions WHERE symbol = 'TWICE' ORDER BY known_until`,
      ),
    ).toEqual([
      { close: '0.0001', ordered: true },
      { close: '0.0002', ordered: true },
    ]);
  });
});
