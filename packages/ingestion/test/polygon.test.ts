import { describe, expect, test } from '@jest/globals';
import { parseDataSource } from '@trading/model';
import { createProvider } from '../src/providers/createProvider';
import { startProviderServer } from './providerServer';
import { KEY, NOW, provider, shown } from './providerUnderTest';

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

  test.each([
    [{}, 'status'],
    [{ status: 'ERROR', error: 'busy' }, 'status'],
    [{ status: 'OK' }, 'results'],
    [{ status: 'OK', queryCount: 3, resultsCount: 3 }, 'results'],
    [{ status: 'OK', resultsCount: 'none' }, 'resultsCount'],
  ])('%j is no empty answer: the field that is wrong is named', async (json, field) => {
    await using server = await startProviderServer({ json });
    await expect(provider('polygon', server).fetchAll('polygon')).rejects.toMatchObject({
      code: 'PROVIDER.MALFORMED_ANSWER',
      message: expect.stringContaining(`known: ${field}: `),
    });
  });

  test('a row with a null is rejected alone; whether a row is a bar is judged where it is stored', async () => {
    await using server = await startProviderServer({
      json: {
        status: 'DELAYED',
        results: [{ ...day(1704171600000, 11), h: null }, day(1704258000000, 13), day(1704344400000, 11)],
      },
    });
    expect(shown(await provider('polygon', server).fetchAll('polygon'))).toEqual([
      '1 rejected: high=null',
      '2024-01-03T05:00:00.000Z polygon 10/12/9/13 x100',
      '2024-01-04T05:00:00.000Z polygon 10/12/9/11 x100',
    ]);
  });

  test('a next page on another host does not get the key', async () => {
    await using server = await startProviderServer({
      json: { status: 'OK', results: [], next_url: 'http://evil.example/v2' },
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
