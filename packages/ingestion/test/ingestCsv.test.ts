import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import {
  AAPL,
  bars,
  csv,
  events,
  folder,
  HEADER,
  rows,
  service,
  status,
  symbol,
  useCsvFolder,
  YAHOO,
} from './csvIngestion';

useCsvFolder();

describe('a file of the Yahoo form', () => {
  test('becomes bars of both series, told of once each', async () => {
    const path = await csv(HEADER, '2013-05-13,4,8,2,4,2,100', '2013-05-14,4,8,2,5,2.5,200');

    const summary = await service.ingestFile({ ...YAHOO, path, symbol });

    expect(summary).toEqual({
      dataSources: ['yahoo', 'yahoo_adjusted'],
      file: `${symbol}.csv`,
      preset: 'yahoo',
      notes: ['Date is read as %Y-%m-%d'],
      reasons: [],
      series: 2,
      chunks: 1,
      emptyRows: 0,
      range: { first: new Date('2013-05-13T04:00:00Z'), last: new Date('2013-05-14T04:00:00Z') },
      rows: 2,
      rejectedRows: 0,
      roundedRows: 0,
      inserted: 4,
      updated: 0,
      unchanged: 0,
      rejected: [],
      interrupted: false,
      elapsedMs: expect.any(Number),
    });
    const day = (data_source: string, date: string, prices: string[], volume: string) => {
      const [open, high, low, close] = prices;
      return { data_source, date, open, high, low, close, volume };
    };
    expect(await bars()).toEqual([
      day('yahoo', '2013-05-13', ['4.0000', '8.0000', '2.0000', '4.0000'], '100'),
      day('yahoo', '2013-05-14', ['4.0000', '8.0000', '2.0000', '5.0000'], '200'),
      day('yahoo_adjusted', '2013-05-13', ['2.0000', '4.0000', '1.0000', '2.0000'], '100'),
      day('yahoo_adjusted', '2013-05-14', ['2.0000', '4.0000', '1.0000', '2.5000'], '200'),
    ]);
    const told = (dataSource: string) => ({
      event_type: 'market_data_updated',
      data: {
        symbol,
        dataSource,
        from: '2013-05-13T04:00:00.000Z',
        to: '2013-05-14T04:00:00.000Z',
        inserted: 2,
        updated: 0,
      },
    });
    expect(await events()).toEqual([told('yahoo'), told('yahoo_adjusted')]);
    const done = (data_source: string) => ({
      data_source,
      status: 'completed',
      last_bar: '2013-05-14',
      row_count: 2,
      cursor: 'line 3',
      error: null,
      started: true,
      finished: true,
    });
    expect(await status()).toEqual([done('yahoo'), done('yahoo_adjusted')]);
  });

  test('a second time changes nothing and tells nobody', async () => {
    const path = await csv(HEADER, '2013-05-13,4,8,2,4,2,100', '2013-05-14,4,8,2,5,2.5,200');
    await service.ingestFile({ ...YAHOO, path, symbol });
    const before = await events();

    const again = await service.ingestFile({ ...YAHOO, path, symbol });

    expect(again).toMatchObject({ inserted: 0, updated: 0, unchanged: 4 });
    expect(await events()).toEqual(before);
    expect(await status()).toMatchObject([{ status: 'completed', row_count: 2 }, { row_count: 2 }]);
  });

  test('with a dividend since rewrites the adjusted series only', async () => {
    await service.ingestFile({
      ...YAHOO,
      path: await csv(HEADER, '2013-05-13,4,8,2,4,4,100', '2013-05-14,4,8,2,4,4,100'),
      symbol,
    });
    const path = await csv(
      HEADER,
      '2013-05-13,4,8,2,4,2,100',
      '2013-05-14,4,8,2,4,4,100',
      '2013-05-15,4,8,2,4,4,9',
    );

    const summary = await service.ingestFile({ ...YAHOO, path, symbol });

    expect(summary).toMatchObject({ inserted: 2, updated: 1, unchanged: 3 });
    expect((await events()).slice(2)).toMatchObject([
      { data: { dataSource: 'yahoo', from: '2013-05-15T04:00:00.000Z', inserted: 1, updated: 0 } },
      { data: { dataSource: 'yahoo_adjusted', from: '2013-05-13T04:00:00.000Z', inserted: 1, updated: 1 } },
    ]);
  });

  test('of bars that have no partition yet makes it', async () => {
    await service.ingestFile({ ...YAHOO, path: await csv(HEADER, '1981-01-02,4,8,2,4,4,100'), symbol });
    expect(await bars()).toHaveLength(2);
  });

  test('loads all of the real AAPL history', async () => {
    const seen: number[] = [];
    const summary = await service.ingestFile({
      ...YAHOO,
      path: AAPL,
      symbol,
      onProgress: ({ position: { read, total } }) => seen.push(read / total),
    });
    expect(summary).toMatchObject({ rows: 1260, rejectedRows: 0, inserted: 2520, roundedRows: 1260 });
    expect(seen.at(-1)).toBe(1);
  });
});

describe('bad input', () => {
  test('a bad row is recorded, told of and reported; the good rows are stored', async () => {
    const path = await csv(
      HEADER,
      '2013-05-13,4,8,2,4,2,100',
      '2013-05-14,4,3,2,4,2,-7',
      '2013-05-15,4,8,2,4,2,"100"',
      '2013-05-16,"4,8,2,4,2,100',
      'yesterday,4,8,2,4,2,100',
    );

    const summary = await service.ingestFile({ ...YAHOO, path, symbol });

    expect(summary).toMatchObject({
      rows: 5,
      rejectedRows: 3,
      inserted: 4,
      rejected: [
        {
          line: 3,
          timestamp: new Date('2013-05-14T04:00:00Z'),
          problems: [
            { field: 'Volume', value: '-7', reason: expect.stringContaining('must be a number of shares') },
          ],
        },
        { line: 5, problems: [{ field: 'Open', value: '"4', reason: 'must be a decimal number' }] },
        { line: 6, timestamp: null, problems: [{ field: 'Date', value: 'yesterday' }] },
      ],
    });
    expect(
      await rows(`SELECT data_source, check_type, status, bar_timestamp::date::text AS bar, message, details
                    FROM data_ingestion.data_quality_logs WHERE symbol = $1 ORDER BY id`),
    ).toMatchObject([
      {
        data_source: 'yahoo',
        check_type: 'row_validation',
        status: 'fail',
        bar: '2013-05-14',
        message: expect.stringContaining("line 3: Volume is '-7', it must be a number of shares"),
        details: { origin: `${symbol}.csv`, line: 3, problems: [{ field: 'Volume', value: '-7' }] },
      },
      { bar: '2013-05-16', details: { line: 5 } },
      { bar: null, details: { line: 6 } },
    ]);
    expect((await events()).map(({ event_type }) => event_type)).toEqual([
      'data_quality_failed',
      'market_data_updated',
      'market_data_updated',
    ]);
  });

  test.each([
    [
      'a malformed header',
      ['Date,Open,High,Low,Adj Close,Volume', '2013-05-13,4,8,2,2,100'],
      'INGESTION.MALFORMED_HEADER',
    ],
    ['no header', ['2013-05-13,4,8,2,4,2,100'], 'INGESTION.MALFORMED_HEADER'],
    ['an empty file', [], 'INGESTION.EMPTY_FILE'],
    ['a header and nothing else', [HEADER], 'INGESTION.EMPTY_FILE'],
  ])('%s loads nothing', async (_name, lines, code) => {
    const path = await csv(...lines);
    await expect(service.ingestFile({ ...YAHOO, path, symbol })).rejects.toMatchObject({
      code,
      kind: 'expected',
    });
    expect(await bars()).toEqual([]);
    expect(await events()).toEqual([]);
  });

  test('a file that is not there, or is a folder, is named', async () => {
    await expect(
      service.ingestFile({ ...YAHOO, path: join(folder, 'none.csv'), symbol }),
    ).rejects.toMatchObject({
      code: 'INGESTION.NO_SUCH_FILE',
      message: `there is no file at ${join(folder, 'none.csv')}`,
    });
    await expect(service.ingestFile({ ...YAHOO, path: folder, symbol })).rejects.toMatchObject({
      code: 'INGESTION.UNREADABLE_FILE',
    });
  });

  test('a binary file ends in an error, not in memory', async () => {
    const path = await csv(HEADER, 'x'.repeat(200_000));
    await expect(service.ingestFile({ ...YAHOO, path, symbol })).rejects.toMatchObject({
      code: 'INGESTION.MALFORMED_CSV',
    });
  });

  test('a symbol that is none is refused', async () => {
    await expect(service.ingestFile({ ...YAHOO, path: AAPL, symbol: 'apple inc' })).rejects.toMatchObject({
      code: 'MODEL.INVALID_SYMBOL',
    });
  });
});
