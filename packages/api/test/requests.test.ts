import { request as plainRequest } from 'node:http';
import { afterAll, beforeAll, describe, expect, it, test } from '@jest/globals';
import { ACCOUNT, type ApiWorld, OTHER_ACCOUNT, openApiWorld } from './apiWorld';

let world: ApiWorld;
beforeAll(async () => {
  world = await openApiWorld();
});
afterAll(async () => {
  await world?.[Symbol.asyncDispose]();
});

const ORDER = {
  accountId: ACCOUNT,
  symbol: 'AAPL',
  side: 'buy',
  quantity: '5',
  orderType: 'limit',
  price: '95.5',
};

describe('bad input is answered with its status, a code, and what would be right', () => {
  test.each([
    ['an unknown field', { ...ORDER, colour: 'red' }, 400, 'API.INVALID_REQUEST', 'colour'],
    [
      'a number for money',
      { ...ORDER, quantity: 5 },
      400,
      'API.INVALID_REQUEST',
      'must be a decimal as text',
    ],
    ['an exponent', { ...ORDER, quantity: '1e3' }, 400, 'API.INVALID_REQUEST', 'without sign or exponent'],
    [
      'too many decimals',
      { ...ORDER, price: '1.00001' },
      400,
      'API.INVALID_REQUEST',
      'at most 11 digits and 4 decimals',
    ],
    ['a sign', { ...ORDER, quantity: '-5' }, 400, 'API.INVALID_REQUEST', 'without sign'],
    ['zero', { ...ORDER, quantity: '0' }, 422, 'EXECUTION.INVALID_ORDER', 'above 0'],
    [
      'a limit order without a price',
      { ...ORDER, price: undefined },
      422,
      'EXECUTION.INVALID_ORDER',
      'needs one',
    ],
    ['another side', { ...ORDER, side: 'long' }, 400, 'API.INVALID_REQUEST', 'side'],
    ['a NUL', { ...ORDER, symbol: 'AA\u0000PL' }, 400, 'API.INVALID_REQUEST', 'no control characters'],
    ['no object', [], 400, 'API.INVALID_REQUEST', 'expected object'],
    [
      'an account that the key does not cover',
      { ...ORDER, accountId: OTHER_ACCOUNT },
      403,
      'API.ACCOUNT_NOT_COVERED',
      ACCOUNT,
    ],
  ])('%s', async (_what, body, status, code, right) => {
    const { key } = await world.key('trade', { accounts: [ACCOUNT] });
    const answer = await world.ask('POST', '/v1/orders', { key, body });
    expect({
      status: answer.status,
      contentType: answer.headers.get('content-type'),
      ...answer.body,
    }).toMatchObject({
      status,
      contentType: expect.stringContaining('application/problem+json'),
      code,
      detail: expect.stringContaining(right),
    });
  });

  it('in the query and in the path too', async () => {
    const cases = [
      ['/v1/orders?colour=red', 400, 'API.INVALID_REQUEST'],
      ['/v1/orders?limit=1e3', 400, 'API.INVALID_REQUEST'],
      ['/v1/orders?limit=0', 400, 'API.INVALID_REQUEST'],
      ['/v1/orders?status=open', 400, 'API.INVALID_REQUEST'],
      ['/v1/orders?since=yesterday', 400, 'API.INVALID_REQUEST'],
      ['/v1/orders?cursor=nonsense', 400, 'API.INVALID_CURSOR'],
      ['/v1/orders/none', 404, 'EXECUTION.UNKNOWN_ORDER'],
      ['/v1/orders/%00', 400, 'API.INVALID_REQUEST'],
      ['/v1/strategies/none', 404, 'API.NOT_FOUND'],
      ['/v1/accounts/none', 404, 'API.NOT_FOUND'],
      ['/v1/bars?symbol=AAPL&dataSource=none', 422, 'MODEL.INVALID_DATA_SOURCE'],
      [
        '/v1/bars?symbol=AAPL&dataSource=yahoo&from=2024-01-01T00:00:00Z&every=5m',
        422,
        'INGESTION.INVALID_TIMEFRAME',
      ],
      ['/v1/positions?asOf=2024-01-01T00:00:00Z', 400, 'API.INVALID_REQUEST'],
      ['/v1/nothing', 404, 'API.NOT_FOUND'],
    ] as const;
    for (const [path, status, code] of cases) {
      const answer = await world.ask('GET', path);
      expect({ path, status: answer.status, code: answer.body.code }).toEqual({ path, status, code });
    }
  });

  it('in the body as a whole', async () => {
    const ask = (raw: string, headers = {}) => world.ask('POST', '/v1/orders', { raw, headers });
    expect((await ask('{"accountId":')).body).toMatchObject({ status: 400, code: 'API.INVALID_JSON' });
    expect((await ask(JSON.stringify({ ...ORDER, orderId: 'x'.repeat(10_000_000) }))).body).toMatchObject({
      status: 413,
      code: 'API.BODY_TOO_LARGE',
      detail: expect.stringContaining('64 kB'),
    });
    expect(
      (await ask('quantity=5', { 'content-type': 'application/x-www-form-urlencoded' })).body,
    ).toMatchObject({
      status: 415,
      code: 'API.UNSUPPORTED_MEDIA_TYPE',
    });
  });

  it('in the key', async () => {
    const expiresAt = new Date(Date.now() + 200);
    const expired = await world.key('read', { expiresAt });
    const revoked = await world.key('read');
    expect((await world.ask('GET', '/v1/session', { key: revoked.key })).status).toBe(200);
    await world.revoke(revoked.keyId);
    while (Date.now() <= expiresAt.getTime());
    const forged = `${revoked.key.slice(0, -1)}${revoked.key.endsWith('A') ? 'Q' : 'A'}`;
    const cases = [
      [expired.key, 'API.KEY_EXPIRED'],
      [revoked.key, 'API.KEY_REVOKED'],
      [forged, 'API.INVALID_KEY'],
      ['secret', 'API.INVALID_KEY'],
      [undefined, 'API.NOT_LOGGED_IN'],
    ] as const;
    for (const [key, code] of cases) {
      const { status, body } = await world.ask('GET', '/v1/accounts', { key });
      expect({ status, code: body.code }).toEqual({ status: 401, code });
    }
  });
});

describe('a change that is sent again', () => {
  it('under its Idempotency-Key is done once and answered as before', async () => {
    const headers = { 'idempotency-key': 'once' };
    const [first, again] = [
      await world.ask('POST', '/v1/orders', { body: ORDER, headers }),
      await world.ask('POST', '/v1/orders', { body: ORDER, headers }),
    ];
    expect(first.status).toBe(201);
    expect({ ...again, headers: again.headers.get('idempotency-replayed') }).toEqual({
      status: 201,
      headers: 'true',
      body: first.body,
    });
    const another = await world.ask('POST', '/v1/orders', { body: { ...ORDER, quantity: '6' }, headers });
    expect(another.body).toMatchObject({ status: 422, code: 'API.IDEMPOTENCY_KEY_REUSED' });
    // Another key's is another request.
    const { key } = await world.key('trade');
    expect(
      (await world.ask('POST', '/v1/orders', { key, body: { ...ORDER, quantity: '6' }, headers })).status,
    ).toBe(201);
  });

  it('by many at once is done once', async () => {
    const headers = { 'idempotency-key': 'at-once' };
    const answers = await Promise.all(
      Array.from({ length: 8 }, () =>
        world.ask('POST', '/v1/orders', { body: { ...ORDER, quantity: '9' }, headers }),
      ),
    );
    const ids = new Set(answers.flatMap(({ status, body }) => (status === 201 ? [body.orderId] : [])));
    expect(ids.size).toBe(1);
    expect(new Set(answers.map(({ status }) => status))).toEqual(
      answers.some(({ status }) => status === 409) ? new Set([201, 409]) : new Set([201]),
    );
    const { body } = await world.ask('GET', '/v1/orders?limit=500');
    expect(body.data.filter(({ quantity }: { quantity: string }) => quantity === '9')).toHaveLength(1);
  });

  it('stands in the audit log with its key, refused ones too', async () => {
    const { key, keyId } = await world.key('trade');
    await world.ask('POST', '/v1/orders', { key, body: ORDER, headers: { 'idempotency-key': 'seen' } });
    await world.ask('POST', '/v1/orders/none/cancel', { key, body: {} });
    const { body } = await world.ask('GET', `/v1/audit-log?keyId=${keyId}`);
    expect(body.data).toMatchObject([
      { path: '/v1/orders/none/cancel', status: 404, code: 'EXECUTION.UNKNOWN_ORDER' },
      { path: '/v1/orders', status: 201, code: null, idempotencyKey: 'seen', request: { quantity: '5' } },
    ]);
  });
});

it('shows what risk would decide without placing anything', async () => {
  const count = async () => (await world.ask('GET', '/v1/orders?limit=500')).body.data.length;
  const before = await count();
  const allowed = await world.ask('POST', '/v1/orders/preview', { body: { ...ORDER, quantity: '3' } });
  const denied = await world.ask('POST', '/v1/orders/preview', { body: { ...ORDER, quantity: '5000000' } });
  expect(allowed.body).toMatchObject({ allowed: true, history: { order: { status: 'submitted' } } });
  expect(denied.body).toMatchObject({ allowed: false, reason: expect.stringContaining('max_order') });
  expect(await count()).toBe(before);
});

it('gives a list page by page, each item once, and refuses a cursor of another query', async () => {
  const whole = (await world.ask('GET', '/v1/figures?limit=500')).body.data;
  const seen: unknown[] = [];
  let cursor: string | null = null;
  do {
    const more: string = cursor === null ? '' : `&cursor=${cursor}`;
    const { body } = await world.ask('GET', `/v1/figures?limit=7${more}`);
    seen.push(...body.data);
    cursor = body.nextCursor;
  } while (cursor !== null);
  expect(seen).toEqual(whole);
  expect(whole.length).toBeGreaterThan(7);
  const { nextCursor } = (await world.ask('GET', '/v1/figures?limit=7')).body;
  for (const path of [`/v1/figures?metric=equity&cursor=${nextCursor}`, `/v1/orders?cursor=${nextCursor}`])
    expect((await world.ask('GET', path)).body).toMatchObject({
      status: 400,
      code: 'API.CURSOR_OF_ANOTHER_QUERY',
    });
});

it('stops an order within the answer to the kill switch, and lets it pass again after', async () => {
  const target = { scope: 'account', target: ACCOUNT };
  await world.ask('POST', '/v1/risk/kill', { body: { target, level: 'halt', reason: 'enough' } });
  const refused = await world.ask('POST', '/v1/orders', { body: { ...ORDER, quantity: '11' } });
  expect(refused.body).toMatchObject({ status: 'rejected', reason: expect.stringContaining('enough') });
  expect((await world.ask('POST', '/v1/risk/resume', { body: { target } })).body).toEqual({ lifted: true });
  expect((await world.ask('POST', '/v1/orders', { body: { ...ORDER, quantity: '12' } })).body.status).toBe(
    'submitted',
  );
});

describe('the login of the dashboard', () => {
  const login = (body: unknown, headers = {}) =>
    world.ask('POST', '/v1/session', { key: undefined, body, headers });

  it('by a link works once, and gives a cookie that no script and no other site gets', async () => {
    const path = await world.loginPath();
    const code = path.split('#code=')[1];
    const first = await login({ code });
    expect(first.status).toBe(200);
    const cookie = first.headers.get('set-cookie') ?? '';
    expect(cookie).toMatch(/^trading_session=[\w-]{43}; /);
    for (const attribute of ['HttpOnly', 'SameSite=Strict', 'Path=/']) expect(cookie).toContain(attribute);
    expect((await login({ code })).body).toMatchObject({ status: 401, code: 'API.LOGIN_CODE_REFUSED' });

    const session = { cookie: cookie.split(';')[0] ?? '' };
    const who = await world.ask('GET', '/v1/session', { key: undefined, headers: session });
    expect(who.body).toMatchObject({ scope: 'admin', accounts: ['*'], csrfToken: first.body.csrfToken });
    const order = { ...ORDER, quantity: '13' };
    const bare = await world.ask('POST', '/v1/orders', { key: undefined, body: order, headers: session });
    expect(bare.body).toMatchObject({ status: 403, code: 'API.CSRF_TOKEN_MISSING' });
    const headers = { ...session, 'x-csrf-token': first.body.csrfToken };
    expect((await world.ask('POST', '/v1/orders', { key: undefined, body: order, headers })).status).toBe(
      201,
    );
    expect((await world.ask('DELETE', '/v1/session', { key: undefined, headers })).status).toBe(200);
    const over = await world.ask('GET', '/v1/session', { key: undefined, headers: session });
    expect(over.body).toMatchObject({ status: 401, code: 'API.SESSION_OVER' });
  });

  it('by a key may do what the key may, until that is revoked', async () => {
    const { key, keyId } = await world.key('read');
    const opened = await login({ key });
    const session = { cookie: (opened.headers.get('set-cookie') ?? '').split(';')[0] ?? '' };
    expect(opened.body).toMatchObject({ keyId, scope: 'read' });
    await world.revoke(keyId);
    const who = await world.ask('GET', '/v1/session', { key: undefined, headers: session });
    expect(who.body.code).toBe('API.KEY_REVOKED');
  });

  it('is not opened by a page of another origin', async () => {
    const { key } = await world.key('read');
    expect((await login({ key }, { origin: 'https://evil.example' })).body.code).toBe('API.ANOTHER_ORIGIN');
  });
});

it('answers to its own names only', async () => {
  const { hostname, port } = new URL(world.url);
  const status = (host: string) =>
    new Promise((resolve, reject) =>
      plainRequest({ hostname, port, path: '/v1/health', headers: { host } }, (response) => {
        response.resume();
        resolve(response.statusCode);
      })
        .once('error', reject)
        .end(),
    );
  expect(await status(`evil.example:${port}`)).toBe(421);
  expect(await status(`localhost:${port}`)).toBe(200);
});

it('tells whoever has an answer already that it is the same', async () => {
  const first = await world.ask('GET', '/v1/strategies');
  const tag = first.headers.get('etag') ?? '';
  expect((await world.ask('GET', '/v1/strategies', { headers: { 'if-none-match': tag } })).status).toBe(304);
});

it('lets no page of another site frame it, and runs no inline script', async () => {
  const { headers } = await world.ask('GET', '/', { key: undefined });
  const policy = headers.get('content-security-policy') ?? '';
  expect(policy).toContain("script-src 'self'");
  expect(policy).toContain("frame-ancestors 'none'");
  expect(policy).not.toContain('unsafe');
});
