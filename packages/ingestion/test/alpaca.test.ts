import { describe, expect, test } from '@jest/globals';
import { startProviderServer } from './providerServer';
import { KEY, provider } from './providerUnderTest';

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

  test.each([
    [{}, 'bars'],
    [{ bars: null }, 'next_page_token'],
    [{ bars: { MSFT: [] }, next_page_token: null }, 'bars.MSFT'],
  ])('%j is no empty answer: the field that is wrong is named', async (json, field) => {
    await using server = await startProviderServer({ json });
    await expect(provider('alpaca', server).fetchAll('alpaca')).rejects.toMatchObject({
      code: 'PROVIDER.MALFORMED_ANSWER',
      message: expect.stringContaining(`known: ${field}`),
    });
  });

  test('with nothing to give has null for bars', async () => {
    await using server = await startProviderServer({ json: { bars: null, next_page_token: null } });
    expect(await provider('alpaca', server).fetchAll('alpaca_1h')).toEqual([]);
  });
});
