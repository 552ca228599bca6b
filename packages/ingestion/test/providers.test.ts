import { describe, expect, test } from '@jest/globals';
import { parseDataSource } from '@trading/model';
import type { SourceRow } from '../src/barRow';
import { createProvider, type ProviderName, type ProviderSettings } from '../src/providers/createProvider';
import { type ProviderServer, startProviderServer } from './providerServer';

const KEY = 'k-0123456789-secret';
const NOW = new Date('2024-06-01T00:00:00Z');

function provider(name: ProviderName, server: ProviderServer, http: ProviderSettings['http'] = {}) {
  const waits: number[] = [];
  const wait = async (ms: number) => {
    waits.push(ms);
  };
  const settings = {
    key: KEY,
    secret: KEY,
    baseUrl: server.url,
    callsPerMinute: 1_000,
    http: { wait, random: () => 1, ...http },
  };
  const bars = createProvider(name, settings);
  const fetchAll = async (source: string, symbol = 'AAPL'): Promise<SourceRow[]> => {
    const rows: SourceRow[] = [];
    const range = { from: new Date('2024-01-01T00:00:00Z'), to: NOW, now: NOW };
    for await (const page of bars.pages({ symbol, source: parseDataSource(source), ...range }))
      rows.push(...page);
    return rows;
  };
  return { fetchAll, waits };
}

/** `2024-01-02T05:00:00.000Z yahoo 1/2/3/4 x5`, or the problems. */
function shown(rows: readonly SourceRow[]): string[] {
  return rows.flatMap((row) =>
    row.kind === 'rejected'
      ? [`${row.line} rejected: ${row.problems.map(({ field, value }) => `${field}=${value}`).join(' ')}`]
      : row.bars.map(
          ({ timestamp, dataSource, open, high, low, close, volume }) =>
            `${timestamp.toISOString()} ${dataSource} ${open}/${high}/${low}/${close} x${volume}`,
        ),
  );
}

describe('Polygon', () => {
  const day = (t: number, c: number) => ({ t, o: 10, h: 12, l: 9, c, v: 100, vw: 10.5, n: 3 });

  test('follows its pages, with the key again, in a header only', async () => {
    await using server = await startProviderServer(
      () => ({
        json: {
          status: 'OK',
          results: [day(1704171600000, 11)],
          next_url: `${server.url}/v2/aggs/next?cursor=abc`,
        },
      }),
      { json: { status: 'OK', results: [day(1704258000000, 11.5)] } },
    );
    expect(shown(await provider('polygon', server).fetchAll('polygon'))).toEqual([
      '2024-01-02T05:00:00.000Z polygon 10/12/9/11 x100',
      '2024-01-03T05:00:00.000Z polygon 10/12/9/11.5 x100',
    ]);
    expect(server.calls.map(({ path, query }) => [path, query])).toEqual([
      [
        '/v2/aggs/ticker/AAPL/range/1/day/1704067200000/1717200000000',
        { adjusted: 'true', sort: 'asc', limit: '50000' },
      ],
      ['/v2/aggs/next', { cursor: 'abc' }],
    ]);
    expect(server.calls.map(({ headers }) => headers.authorization)).toEqual([
      `Bearer ${KEY}`,
      `Bearer ${KEY}`,
    ]);
  });

  test('of minutes keeps the minute, and leaves out the one that is not over', async () => {
    await using server = await startProviderServer({
      json: { status: 'OK', results: [day(NOW.getTime() - 120_000, 10), day(NOW.getTime() - 30_000, 10)] },
    });
    expect(shown(await provider('polygon', server).fetchAll('polygon_1m'))).toEqual([
      '2024-05-31T23:58:00.000Z polygon_1m 10/12/9/10 x100',
    ]);
  });

  test('with nothing to give omits its results', async () => {
    await using server = await startProviderServer({
      json: { status: 'OK', queryCount: 0, resultsCount: 0 },
    });
    expect(await provider('polygon', server).fetchAll('polygon')).toEqual([]);
  });

  test('a row with a null, or that is no bar, is rejected alone', async () => {
    await using server = await startProviderServer({
      json: {
        results: [{ ...day(1704171600000, 11), h: null }, day(1704258000000, 13), day(1704344400000, 11)],
      },
    });
    expect(shown(await provider('polygon', server).fetchAll('polygon'))).toEqual([
      '1 rejected: high=null',
      '2 rejected: high=12',
      '2024-01-04T05:00:00.000Z polygon 10/12/9/11 x100',
    ]);
  });

  test('a next page on another host does not get the key', async () => {
    await using server = await startProviderServer({
      json: { results: [], next_url: 'http://evil.example/v2' },
    });
    await expect(provider('polygon', server).fetchAll('polygon')).rejects.toMatchObject({
      code: 'PROVIDER.MALFORMED_ANSWER',
    });
    expect(server.calls).toHaveLength(1);
  });

  test('has no dividend-adjusted series', async () => {
    await using server = await startProviderServer({ json: {} });
    const polygon = createProvider('polygon', { key: KEY, baseUrl: server.url });
    expect(() => polygon.seriesOf(parseDataSource('polygon_adjusted'))).toThrow(
      expect.objectContaining({ code: 'INGESTION.UNSUPPORTED_SERIES' }),
    );
  });
});

describe('Yahoo', () => {
  const chart = (timestamp: number[], quote: object, adjclose?: (number | null)[]) => ({
    json: {
      chart: {
        result: [
          {
            meta: { currency: 'USD', symbol: 'AAPL', exchangeTimezoneName: 'America/New_York' },
            timestamp,
            indicators: { quote: [quote], ...(adjclose ? { adjclose: [{ adjclose }] } : {}) },
          },
        ],
        error: null,
      },
    },
  });

  test('fills both daily series from one call; rows of nulls are no bars, a null inside one rejects it, the live row waits', async () => {
    await using server = await startProviderServer(
      chart(
        [1704205800, 1704292200, 1704378600, 1717162200, 1717185605],
        {
          open: [4, null, 4, 4, 4],
          high: [8, null, null, 8, 8],
          low: [2, null, 2, 2, 2],
          close: [4, null, 4, 4, 5],
          volume: [7, null, 7, 7, 7],
        },
        [2, null, 2, 2, 2],
      ),
    );
    expect(shown(await provider('yahoo', server).fetchAll('yahoo'))).toEqual([
      '2024-01-02T05:00:00.000Z yahoo 4/8/2/4 x7',
      '2024-01-02T05:00:00.000Z yahoo_adjusted 2/4/1/2 x7',
      '3 rejected: high=null',
      '2024-05-31T04:00:00.000Z yahoo 4/8/2/4 x7',
      '2024-05-31T04:00:00.000Z yahoo_adjusted 2/4/1/2 x7',
    ]);
    expect(server.calls[0]?.query).toEqual({
      period1: '1704067200',
      period2: '1717200001',
      interval: '1d',
      events: 'div,splits',
    });
  });

  test('without a trade has neither times nor quotes', async () => {
    await using server = await startProviderServer({
      json: { chart: { result: [{ indicators: { quote: [{}] } }], error: null } },
    });
    expect(await provider('yahoo', server).fetchAll('yahoo_1h')).toEqual([]);
  });

  test('a symbol that it does not have', async () => {
    await using server = await startProviderServer({
      status: 404,
      json: {
        chart: {
          result: null,
          error: { code: 'Not Found', description: 'No data found, symbol may be delisted' },
        },
      },
    });
    await expect(provider('yahoo', server).fetchAll('yahoo')).rejects.toMatchObject({
      code: 'PROVIDER.NOT_FOUND',
      message: "yahoo answered 404 'No data found, symbol may be delisted' (/v8/finance/chart/AAPL)",
    });
  });
});

describe('Alpaca', () => {
  const bar = (t: string) => ({ t, o: 10, h: 12, l: 9, c: 11, v: 100, n: 3, vw: 10 });

  test('goes on where a page cut a symbol off', async () => {
    await using server = await startProviderServer(
      { json: { bars: { AAPL: [bar('2024-01-02T05:00:00Z')] }, next_page_token: 'QUFQTA==' } },
      { json: { bars: { AAPL: [bar('2024-01-03T05:00:00Z')] }, next_page_token: null } },
    );
    expect(await provider('alpaca', server).fetchAll('alpaca_adjusted')).toHaveLength(2);
    expect(server.calls.map(({ query }) => [query.page_token, query.adjustment, query.timeframe])).toEqual([
      [undefined, 'all', '1Day'],
      ['QUFQTA==', 'all', '1Day'],
    ]);
    expect(server.calls[0]?.headers).toMatchObject({ 'apca-api-key-id': KEY, 'apca-api-secret-key': KEY });
  });

  test('with nothing to give has null for bars', async () => {
    await using server = await startProviderServer({ json: { bars: null, next_page_token: null } });
    expect(await provider('alpaca', server).fetchAll('alpaca_1h')).toEqual([]);
  });
});

describe('what goes wrong', () => {
  const good = { json: { status: 'OK', results: [] } };

  test.each([
    [
      403,
      { status: 'NOT_AUTHORIZED', message: 'Your plan does not include this' },
      'PROVIDER.NOT_AUTHORIZED',
    ],
    [401, { error: 'Unknown key' }, 'PROVIDER.NOT_AUTHORIZED'],
    [404, { message: 'none' }, 'PROVIDER.NOT_FOUND'],
    [400, { error: 'bad range' }, 'PROVIDER.REFUSED'],
  ])('%p is final, says why, and never the key', async (status, json, code) => {
    await using server = await startProviderServer({ status, json }, good);
    const { fetchAll, waits } = provider('polygon', server);
    const error: unknown = await fetchAll('polygon').catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      code,
      transient: false,
      message: expect.stringContaining(`answered ${status} '`),
    });
    expect(JSON.stringify([error, String(error), (error as Error).stack])).not.toContain(KEY);
    expect([server.calls.length, waits]).toEqual([1, []]);
  });

  test('429 waits for what Retry-After says, and longer each time without it', async () => {
    const limited = { status: 429, json: { status: 'ERROR', error: 'too many' } };
    await using server = await startProviderServer(
      { ...limited, headers: { 'retry-after': '7' } },
      limited,
      limited,
      good,
    );
    const { fetchAll, waits } = provider('polygon', server);
    await fetchAll('polygon');
    expect(waits).toEqual([7_000, 1_000, 2_000]);
  });

  test('429 without end is an error that may pass', async () => {
    await using server = await startProviderServer({ status: 429, json: {} });
    await expect(provider('polygon', server, { attempts: 3 }).fetchAll('polygon')).rejects.toMatchObject({
      code: 'PROVIDER.RATE_LIMITED',
      transient: true,
    });
    expect(server.calls).toHaveLength(3);
  });

  test('5xx, and a connection that is cut in the middle, are tried again', async () => {
    await using server = await startProviderServer(
      { status: 503, json: {} },
      { cut: '{"results":[{"t":17' },
      good,
    );
    expect(await provider('polygon', server).fetchAll('polygon')).toEqual([]);
    expect(server.calls).toHaveLength(3);
  });

  test('no answer in time is an error that may pass', async () => {
    await using server = await startProviderServer({ silent: true });
    await expect(
      provider('polygon', server, { timeoutMs: 50, attempts: 2 }).fetchAll('polygon'),
    ).rejects.toMatchObject({
      code: 'PROVIDER.TIMEOUT',
      transient: true,
    });
  });

  test.each([
    [{ body: '<html>busy</html>' }],
    [{ body: '{"results":[' }],
    [{ json: { results: 'many' } }],
    [{ json: null }],
  ])('an answer like %j is refused, and not asked for again', async (answer) => {
    await using server = await startProviderServer(answer, good);
    await expect(provider('polygon', server).fetchAll('polygon')).rejects.toMatchObject({
      code: 'PROVIDER.MALFORMED_ANSWER',
    });
    expect(server.calls).toHaveLength(1);
  });

  test('a key that is missing is named before any call', () => {
    expect(() => createProvider('alpaca', { key: KEY })).toThrow(
      expect.objectContaining({ code: 'PROVIDER.NO_KEY', message: 'alpaca needs a secret' }),
    );
  });
});
