import { describe, expect, test } from '@jest/globals';
import { createProvider } from '../src/providers/createProvider';
import { startProviderServer } from './providerServer';
import { KEY, provider } from './providerUnderTest';

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
