import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { createTradingClient, type StreamedEvent } from '@trading/client';
import { until } from '@trading/testing';
import { type ApiWorld, openApiWorld } from './apiWorld';

let world: ApiWorld;
beforeAll(async () => {
  world = await openApiWorld();
});
afterAll(async () => {
  await world?.[Symbol.asyncDispose]();
});

/** Listens until it is stopped, and keeps what came. */
function listen(key: string, options: Record<string, unknown> = {}) {
  const client = createTradingClient({ url: world.url, key });
  const stop = new AbortController();
  const heard: StreamedEvent[] = [];
  const ended = (async () => {
    for await (const event of client.events({ ...options, signal: stop.signal })) heard.push(event);
  })();
  return {
    heard,
    types: () => heard.map(({ type }) => type),
    async stop() {
      stop.abort();
      await ended;
    },
  };
}

it('brings what is published from now on, each once, and on resuming what came in between', async () => {
  const { key } = await world.key('read');
  const first = listen(key, { types: ['market_data_updated'] });
  await until('the stream to begin', () => first.types().includes('ready'));
  await world.addBar('AAPL', 111);
  await until('the first bars', () => first.heard.length >= 3);
  await first.stop();
  const last = first.heard.at(-1)?.id;
  // Nobody hears these.
  await world.addBar('AAPL', 112);
  await world.addBar('MSFT', 212);
  const second = listen(key, { types: ['market_data_updated'], lastEventId: last });
  await until('what came in between', () => second.heard.length >= 5);
  await world.addBar('AAPL', 113);
  await until('what comes now', () => second.heard.length >= 7);
  await second.stop();
  const symbols = second.heard.flatMap(({ event }) =>
    event === null ? [] : [(event.data as { symbol: string }).symbol],
  );
  expect(symbols).toEqual(['AAPL', 'AAPL', 'MSFT', 'MSFT', 'AAPL', 'AAPL']);
  const ids = [...first.heard, ...second.heard].flatMap(({ event, id }) => (event === null ? [] : [id]));
  expect(new Set(ids).size).toBe(ids.length);
});

it('brings a symbol, or an account, where that is wanted, and what a key may see', async () => {
  const all = listen((await world.key('read')).key, { symbol: 'MSFT' });
  const other = listen((await world.key('read', { accounts: ['OTHER'] })).key);
  await until('both to begin', () => all.heard.length > 0 && other.heard.length > 0);
  const order = { symbol: 'MSFT', side: 'buy', quantity: '1', orderType: 'limit', price: '250' };
  await world.ask('POST', '/v1/orders', { body: { ...order, accountId: 'DESK' } });
  await world.ask('POST', '/v1/orders', { body: { ...order, accountId: 'OTHER' } });
  const orders = ({ heard }: typeof all) =>
    heard.flatMap(({ type, event }) =>
      event !== null && type === 'order_updated' ? [(event.data as { accountId: string }).accountId] : [],
    );
  await until('both orders', () => orders(all).includes('OTHER') && orders(other).includes('OTHER'));
  await Promise.all([all.stop(), other.stop()]);
  expect(new Set(orders(all))).toEqual(new Set(['DESK', 'OTHER']));
  expect(new Set(orders(other))).toEqual(new Set(['OTHER']));
});

it('says where the log begins to whoever asks for what is not there any more', async () => {
  const { key } = await world.key('read');
  const ahead = listen(key, { lastEventId: '9000000000000000-1' });
  await until('the answer', () => ahead.heard.length > 0);
  await ahead.stop();
  expect(ahead.heard[0]).toMatchObject({
    type: 'reset',
    event: null,
    id: expect.stringMatching(/^\d+-\d+$/),
  });
});

it('refuses an id that is none, a type that is none, and an account that the key does not cover', async () => {
  const { key } = await world.key('read', { accounts: ['OTHER'] });
  const cases = [
    ['/v1/events?lastEventId=yesterday', 400, 'API.INVALID_EVENT_ID'],
    ['/v1/events?types=weather', 400, 'API.INVALID_REQUEST'],
    ['/v1/events?accountId=DESK', 403, 'API.ACCOUNT_NOT_COVERED'],
  ] as const;
  for (const [path, status, code] of cases) {
    const answer = await world.ask('GET', path, { key });
    expect({ path, status: answer.status, code: answer.body.code }).toEqual({ path, status, code });
  }
});
