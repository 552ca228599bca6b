import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it } from '@jest/globals';
import { createTradingClient, TradingApiError } from '../src';

/** A server that answers by a list, and keeps what it was asked. */
async function serve(answers: readonly { status: number; body: unknown }[]) {
  const asked: { path: string; idempotencyKey: string | undefined }[] = [];
  const server = createServer((request, response) => {
    request.resume();
    const { status, body } = answers[asked.length] ?? { status: 500, body: {} };
    asked.push({
      path: request.url ?? '',
      idempotencyKey: request.headers['idempotency-key'] as string | undefined,
    });
    response
      .writeHead(status, { 'content-type': 'application/json', connection: 'close' })
      .end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    asked,
    client: createTradingClient({ url: `http://127.0.0.1:${port}`, key: 'trd_x' }),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

it('asks for page after page until there is none', async () => {
  await using server = await serve([
    { status: 200, body: { data: [{ orderId: 'a' }, { orderId: 'b' }], nextCursor: 'more' } },
    { status: 200, body: { data: [{ orderId: 'c' }], nextCursor: null } },
  ]);
  const ids: string[] = [];
  for await (const { orderId } of server.client.list('/v1/orders', { symbol: 'AAPL' })) ids.push(orderId);
  expect(ids).toEqual(['a', 'b', 'c']);
  expect(server.asked.map(({ path }) => path)).toEqual([
    '/v1/orders?symbol=AAPL',
    '/v1/orders?symbol=AAPL&cursor=more',
  ]);
});

it('sends a change again under the same Idempotency-Key where the server says later', async () => {
  await using server = await serve([
    { status: 503, body: {} },
    { status: 200, body: { lifted: true } },
  ]);
  const { data } = await server.client.api.POST('/v1/risk/resume', { body: { target: { scope: 'all' } } });
  expect(data).toEqual({ lifted: true });
  const [first, again] = server.asked;
  expect(first?.idempotencyKey).toMatch(/^[0-9a-f-]{36}$/);
  expect(again?.idempotencyKey).toBe(first?.idempotencyKey);
});

it('throws what the API refuses, with its code', async () => {
  const body = {
    type: 'urn',
    title: 'Not allowed',
    status: 403,
    code: 'API.SCOPE_TOO_SMALL',
    detail: 'this needs trade',
  };
  await using server = await serve([{ status: 403, body }]);
  const refused = await server.client.api
    .POST('/v1/orders/{orderId}/cancel', { params: { path: { orderId: 'x' } }, body: {} })
    .catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(TradingApiError);
  expect(refused).toMatchObject({ status: 403, code: 'API.SCOPE_TOO_SMALL', message: 'this needs trade' });
});
