import { describe, expect, test } from '@jest/globals';
import { barsOf } from './barsOf';
import { load, rows, service, storedBars, useBulkIngestion, year } from './bulkIngestion';

useBulkIngestion();

describe('a bulk load', () => {
  test('is running while it runs, and completed afterwards', async () => {
    const seen: string[] = [];
    const look = async () => {
      for (const { status, bars } of await service.status('RUNS')) seen.push(`${status} ${bars}`);
    };
    await load(year('RUNS'), { chunkRows: 200, afterChunk: look });
    await look();
    expect(seen).toEqual(['running 200', 'running 365', 'completed 365']);
  });

  test('stores new bars, and tells of each series once a chunk', async () => {
    const summary = await load([...year('NEW1'), ...year('NEW2')], { chunkRows: 500 });
    expect(summary).toEqual({
      rows: 730,
      inserted: 730,
      updated: 0,
      unchanged: 0,
      rejectedRows: 0,
      roundedRows: 0,
      emptyRows: 0,
      rejected: [],
      range: { first: new Date('2020-01-01T00:00:00Z'), last: new Date('2020-12-30T00:00:00Z') },
      series: 2,
      chunks: 2,
      interrupted: false,
      elapsedMs: expect.any(Number),
    });
    expect(await storedBars('NEW%')).toHaveLength(730);
    expect(
      await rows(`SELECT data->>'symbol' AS symbol, data->>'from' AS first, data->>'to' AS last, (data->>'inserted')::int AS inserted
                    FROM event_bus.outbox WHERE key LIKE 'NEW%' ORDER BY xid, id`),
    ).toEqual([
      { symbol: 'NEW1', first: '2020-01-01T00:00:00.000Z', last: '2020-12-30T00:00:00.000Z', inserted: 365 },
      { symbol: 'NEW2', first: '2020-01-01T00:00:00.000Z', last: '2020-05-14T00:00:00.000Z', inserted: 135 },
      { symbol: 'NEW2', first: '2020-05-15T00:00:00.000Z', last: '2020-12-30T00:00:00.000Z', inserted: 230 },
    ]);
    expect(
      await rows(`SELECT symbol, status, row_count::int, last_bar::date::text, cursor, finished_at IS NOT NULL AS finished
                    FROM data_ingestion.ingestion_status WHERE symbol LIKE 'NEW%' ORDER BY symbol`),
    ).toEqual([
      {
        symbol: 'NEW1',
        status: 'completed',
        row_count: 365,
        last_bar: '2020-12-30',
        cursor: 'line 500',
        finished: true,
      },
      {
        symbol: 'NEW2',
        status: 'completed',
        row_count: 365,
        last_bar: '2020-12-30',
        cursor: 'line 730',
        finished: true,
      },
    ]);
  });

  test('of what is known changes nothing and tells nobody', async () => {
    await load(year('KNOWN'));
    expect(await load(year('KNOWN'))).toMatchObject({ inserted: 0, updated: 0, unchanged: 365 });
    expect(await rows(`SELECT FROM event_bus.outbox WHERE key = 'KNOWN'`)).toHaveLength(1);
  });

  test('inserts, corrects and leaves alone, each where it is due', async () => {
    await load(year('MIX').filter(({ day }) => day % 2 === 0));
    const corrected = year('MIX').map((bar) => (bar.day === 100 ? { ...bar, volume: 7n } : bar));
    expect(await load(corrected)).toMatchObject({ inserted: 182, updated: 1, unchanged: 182 });
    expect(
      await rows(
        `SELECT data->'inserted' AS i, data->'updated' AS u FROM event_bus.outbox WHERE key = 'MIX' ORDER BY xid, id OFFSET 1`,
      ),
    ).toEqual([{ i: 182, u: 1 }]);
  });

  test('of a few late bars looks them up, however long the series is', async () => {
    const long = Array.from({ length: 30_000 }, (_, day) => ({
      symbol: 'LONG',
      day: day - 29_000,
      price: 5,
    }));
    await load(long);
    const few = [
      { symbol: 'LONG', day: -28_999, price: 5 },
      { symbol: 'LONG', day: -20_000, price: 6 },
      { symbol: 'LONG', day: 999, price: 5 },
      { symbol: 'LONG', day: 1_000, price: 5 },
    ];
    expect(await load(few)).toMatchObject({ inserted: 1, updated: 1, unchanged: 2 });
  });

  test('makes the partitions that it needs, and none between them', async () => {
    const partitions = () =>
      rows(
        `SELECT count(*)::int AS n FROM pg_inherits WHERE inhparent = 'data_ingestion.market_data'::regclass`,
      );
    const [before] = await partitions();
    // Of what has been: 1910 and 1935.
    await load([
      { symbol: 'FAR', day: -40_000, price: 1 },
      { symbol: 'FAR', day: -31_000, price: 1 },
    ]);
    const [after] = await partitions();
    expect(Number(after?.n) - Number(before?.n)).toBe(2);
  });

  test('records the rows that break a rule, with their place, and stores the others', async () => {
    const good = year('BAD', 10_000, 3);
    const columns = barsOf([
      ...good,
      { symbol: 'BAD', day: 4, price: 10 },
      { symbol: 'BAD', day: 5, price: 10 },
      { symbol: 'BAD', day: 6, price: 0 },
    ]);
    columns.high[3] = 9;
    columns.close[4] = 9.5;
    const summary = await service.bulkIngest({ source: [columns], origin: 'file.parquet' });
    expect(summary).toMatchObject({ rows: 6, inserted: 3, rejectedRows: 3 });
    expect(
      summary.rejected.map(({ line, problems }) => [
        line,
        problems.map(({ field, reason }) => `${field} ${reason}`),
      ]),
    ).toEqual([
      [
        4,
        [
          'high must be at least open (0.0010)',
          'high must be at least close (0.0010)',
          'high must be at least low (0.0010)',
        ],
      ],
      [
        5,
        [
          'close must be a whole number of ten-thousandths below 10^11',
          'low must be at most close (9.5 ticks)',
        ],
      ],
      [6, ['open must be above 0', 'high must be above 0', 'low must be above 0', 'close must be above 0']],
    ]);
    expect(
      await rows(
        `SELECT (details->>'line')::int AS line FROM data_ingestion.data_quality_logs WHERE symbol = 'BAD' ORDER BY id`,
      ),
    ).toEqual([{ line: 4 }, { line: 5 }, { line: 6 }]);
    expect(
      await rows(
        `SELECT data->>'message' AS message FROM event_bus.outbox WHERE key = 'BAD' AND event_type = 'data_quality_failed'`,
      ),
    ).toEqual([{ message: expect.stringMatching(/^3 rows, the first at line 4: high is '0.0009'/) }]);
  });

  test('that was wrong is taken back: what came in goes, what was corrected comes back, both once', async () => {
    await load(year('BACK', 100, 10));
    const at = (await rows('SELECT clock_timestamp() AS at'))[0]?.at as Date;
    await load([
      { symbol: 'BACK', day: 3, price: 999 },
      { symbol: 'BACK', day: 50, price: 999 },
    ]);
    const range = {
      symbol: 'BACK',
      dataSource: 'polygon',
      from: new Date('2020-01-01'),
      to: new Date('2021-01-01'),
    };
    const since = { ...range, knownAt: at };
    expect(await service.revertBars({ ...since, dryRun: true })).toEqual({ removed: 1, restored: 1 });
    expect(await service.revertBars(since)).toEqual({ removed: 1, restored: 1 });
    expect(await service.revertBars(since)).toEqual({ removed: 0, restored: 0 });
    expect(
      await rows(
        `SELECT close, volume FROM data_ingestion.market_data WHERE symbol = 'BACK' ORDER BY "timestamp" OFFSET 3 LIMIT 1`,
      ),
    ).toMatchObject([{ close: '0.0103' }]);
    expect(
      await rows(
        `SELECT row_count::int, last_bar::date::text AS last FROM data_ingestion.ingestion_status WHERE symbol = 'BACK'`,
      ),
    ).toEqual([{ row_count: 10, last: '2020-01-10' }]);
    expect(
      await rows(
        `SELECT details->>'close' AS close FROM data_ingestion.data_quality_logs WHERE symbol = 'BACK' AND check_type = 'reverted'`,
      ),
    ).toEqual([{ close: '0.0999' }]);
    expect(await service.revertBars({ ...range, from: new Date('2020-01-09') })).toEqual({
      removed: 2,
      restored: 0,
    });
  });

  test('stops between chunks when it is told to, and goes on another day', async () => {
    const stop = new AbortController();
    const source = (function* () {
      yield barsOf(year('STOP', 1, 100));
      yield barsOf(year('STOP', 1, 200).slice(100));
    })();
    const summary = await service.bulkIngest({
      source,
      origin: 'test',
      chunkRows: 50,
      signal: stop.signal,
      afterChunk: async () => stop.abort(),
    });
    expect(summary.interrupted).toBe(true);
    expect(await rows(`SELECT status FROM data_ingestion.ingestion_status WHERE symbol = 'STOP'`)).toEqual([
      { status: 'idle' },
    ]);
    const rest = await load(year('STOP', 1, 200));
    expect(rest).toMatchObject({ inserted: 200 - summary.inserted, unchanged: summary.inserted });
  });

  test('a source that breaks leaves what was committed, and says so', async () => {
    const source = (function* () {
      yield barsOf(year('BROKEN', 1, 100));
      throw new RangeError('connection reset');
    })();
    await expect(service.bulkIngest({ source, origin: 'test', chunkRows: 100 })).rejects.toThrow(
      'connection reset',
    );
    expect(
      await rows(
        `SELECT status, error, row_count::int FROM data_ingestion.ingestion_status WHERE symbol = 'BROKEN'`,
      ),
    ).toEqual([{ status: 'failed', error: 'connection reset', row_count: 100 }]);
  });

  test.each([{ chunkRows: 0 }, { chunkRows: 1e7 }, { connections: 0 }, { connections: 9 }])(
    'with %p is refused',
    async (options) => {
      await expect(load([], options)).rejects.toMatchObject({ code: 'INGESTION.INVALID_CHUNK' });
    },
  );

  test('of a symbol or series that is none is refused', async () => {
    await expect(load([{ symbol: 'no such', day: 1, price: 1 }])).rejects.toMatchObject({
      code: 'MODEL.INVALID_SYMBOL',
    });
    await expect(load([{ symbol: 'X', dataSource: 'bloomberg', day: 1, price: 1 }])).rejects.toMatchObject({
      code: 'MODEL.INVALID_DATA_SOURCE',
    });
  });
});
