import { describe, expect, test } from '@jest/globals';
import { parseDataSource } from '@trading/model';
import { createProvider } from '../src/providers/createProvider';
import { startProviderServer } from './providerServer';
import { NOW, provider, shown } from './providerUnderTest';

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

  test.each([
    [{ chart: { result: [], error: null } }, 'chart.result'],
    [{ chart: { result: null, error: null } }, 'chart.result'],
    [{ chart: { result: [{ indicators: { quote: [] } }], error: null } }, 'chart.result.0.indicators.quote'],
    [chart([1717162200], { open: [1], high: [1], low: [1], close: [1] }).json, 'volume: has no values for 1'],
    [
      chart([1717162200], { open: [1], high: [1], low: [1], close: [], volume: [1] }).json,
      'chart.result.0.indicators.close: has 0 values for 1 times',
    ],
  ])('%j is no answer of its: nothing is dropped in silence', async (json, field) => {
    await using server = await startProviderServer({ json });
    await expect(provider('yahoo', server).fetchAll('yahoo')).rejects.toMatchObject({
      code: 'PROVIDER.MALFORMED_ANSWER',
      message: expect.stringContaining(field),
    });
  });

  test('minutes are asked for a week at a time, and those of one page follow those of another', async () => {
    const start = (call: number) => NOW.getTime() / 1_000 - (30 - 7 * call) * 86_400;
    const one = { open: [4], high: [8], low: [2], close: [4], volume: [7] };
    await using server = await startProviderServer(
      ...[0, 1, 2, 3, 4].map((call) => chart([start(call)], one)),
    );
    const from = new Date(NOW.getTime() - 30 * 86_400_000);
    expect(await provider('yahoo', server).fetchAll('yahoo_1m', 'AAPL', from)).toMatchObject(
      [1, 2, 3, 4, 5].map((line) => ({ line, timestamp: new Date(start(line - 1) * 1_000) })),
    );
    expect(server.calls.map(({ query }) => [Number(query.period1), Number(query.period2)])).toEqual([
      [start(0), start(1)],
      [start(1), start(2)],
      [start(2), start(3)],
      [start(3), start(4)],
      [start(4), NOW.getTime() / 1_000 + 1],
    ]);
  });

  test.each([
    ['yahoo_1m', 30],
    ['yahoo_5m', 60],
    ['yahoo_15m', 60],
    ['yahoo_30m', 60],
    ['yahoo_1h', 730],
  ])('%s goes back %d days: what lies before is refused without a call', async (source, days) => {
    await using server = await startProviderServer({
      json: { chart: { result: [{ indicators: { quote: [{}] } }], error: null } },
    });
    const { fetchAll } = provider('yahoo', server);
    const first = new Date(NOW.getTime() - days * 86_400_000);
    await expect(fetchAll(source, 'AAPL', new Date(first.getTime() - 1))).rejects.toMatchObject({
      code: 'PROVIDER.NO_SUCH_HISTORY',
      details: { field: 'from', daysBack: days },
      message: expect.stringContaining(`from ${first.toISOString()} on`),
    });
    expect(server.calls).toEqual([]);
    expect(await fetchAll(source, 'AAPL', first)).toEqual([]);
    const served = createProvider('yahoo', { baseUrl: server.url }).earliest(parseDataSource(source), NOW);
    expect(served).toEqual(new Date(first.getTime() + 3_600_000));
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
