import { ACCOUNT, type ApiWorld, STRATEGY } from './apiWorld';

/** A request of each route that is good, and what a key must have for it. */
export interface RouteSample {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** As the OpenAPI document has it. */
  readonly route: string;
  readonly path: string;
  readonly scope: 'none' | 'read' | 'trade' | 'admin';
  readonly body?: unknown;
  readonly status: number;
}

const ORDER = {
  accountId: ACCOUNT,
  symbol: 'AAPL',
  side: 'buy',
  quantity: '5',
  orderType: 'limit',
  price: '95.5',
};

/** A sample of every route, in an order in which all succeed. */
export async function routeSamples(world: ApiWorld): Promise<RouteSample[]> {
  const placed = await world.ask('POST', '/v1/orders', { body: { ...ORDER, quantity: '7' } });
  const { orderId, correlationId } = placed.body as { orderId: string; correlationId: string };
  await world.ask('POST', '/v1/risk/kill', {
    body: { target: { scope: 'symbol', target: 'IBM' }, reason: 'a sample' },
  });
  const [event] = (await world.ask('GET', '/v1/risk/events')).body.data as { riskEventId: string }[];
  const run = await world.ask('POST', '/v1/backtests', {
    body: { strategy: STRATEGY, from: '2020-01-01', to: '2030-01-01' },
  });
  const backtestId = run.body.backtestId as string;
  const read = (route: string, path = route): RouteSample => ({
    method: 'GET',
    route,
    path,
    scope: 'read',
    status: 200,
  });
  const change = (
    route: string,
    scope: 'read' | 'trade' | 'admin',
    { path = route, body, status = 200 }: { path?: string; body?: unknown; status?: number } = {},
  ): RouteSample => ({ method: 'POST', route, path, scope, body, status });
  return [
    { method: 'GET', route: '/v1/health', path: '/v1/health', scope: 'none', status: 200 },
    read('/v1/session'),
    {
      method: 'POST',
      route: '/v1/session',
      path: '/v1/session',
      scope: 'none',
      body: { code: 'none' },
      status: 401,
    },
    { method: 'DELETE', route: '/v1/session', path: '/v1/session', scope: 'read', status: 200 },
    read('/v1/accounts'),
    read('/v1/accounts/{accountId}', `/v1/accounts/${ACCOUNT}`),
    read('/v1/cash'),
    read('/v1/cash/{accountId}/ledger', `/v1/cash/${ACCOUNT}/ledger`),
    read('/v1/positions', '/v1/positions?flat=true'),
    read('/v1/positions/{accountId}/{symbol}/audit', `/v1/positions/${ACCOUNT}/AAPL/audit`),
    read('/v1/orders'),
    read('/v1/orders/{orderId}', `/v1/orders/${orderId}`),
    change('/v1/orders', 'trade', { body: ORDER, status: 201 }),
    change('/v1/orders/preview', 'trade', { body: ORDER }),
    change('/v1/orders/{orderId}/replace', 'trade', {
      path: `/v1/orders/${orderId}/replace`,
      body: { newOrderId: 'replacement', quantity: '8' },
    }),
    change('/v1/orders/{orderId}/cancel', 'trade', { path: '/v1/orders/replacement/cancel', body: {} }),
    read('/v1/fills'),
    read('/v1/strategies'),
    read('/v1/strategies/{strategyId}', `/v1/strategies/${STRATEGY}`),
    read('/v1/strategies/{strategyId}/versions', `/v1/strategies/${STRATEGY}/versions`),
    read('/v1/strategies/{strategyId}/performance', `/v1/strategies/${STRATEGY}/performance`),
    change('/v1/strategies/{strategyId}/pause', 'trade', { path: `/v1/strategies/${STRATEGY}/pause` }),
    change('/v1/strategies/{strategyId}/deactivate', 'trade', {
      path: `/v1/strategies/${STRATEGY}/deactivate`,
    }),
    change('/v1/strategies/{strategyId}/activate', 'trade', { path: `/v1/strategies/${STRATEGY}/activate` }),
    read('/v1/signals'),
    read('/v1/series'),
    read(
      '/v1/series/{symbol}/{dataSource}/coverage',
      '/v1/series/AAPL/yahoo/coverage?from=2020-01-01&to=2030-01-01',
    ),
    read('/v1/actions'),
    read('/v1/quality/findings'),
    read('/v1/bars', '/v1/bars?symbol=AAPL&dataSource=yahoo'),
    read('/v1/figures'),
    read('/v1/equity-curves'),
    read('/v1/reports'),
    read('/v1/alerts'),
    read('/v1/notifications'),
    read('/v1/risk/limits'),
    read('/v1/risk/events'),
    change('/v1/risk/events/{riskEventId}/resolve', 'trade', {
      path: `/v1/risk/events/${event?.riskEventId}/resolve`,
      body: { reason: 'seen' },
    }),
    read('/v1/risk/kill-switches'),
    change('/v1/risk/kill', 'trade', {
      body: { target: { scope: 'symbol', target: 'KO' }, reason: 'a sample' },
    }),
    change('/v1/risk/resume', 'admin', { body: { target: { scope: 'symbol', target: 'KO' } } }),
    read('/v1/bus'),
    read('/v1/dead-letters'),
    change('/v1/dead-letters/{id}/retry', 'admin', { path: '/v1/dead-letters/1/retry', status: 404 }),
    change('/v1/dead-letters/{id}/drop', 'admin', { path: '/v1/dead-letters/1/drop', status: 404 }),
    read('/v1/events/lines'),
    read('/v1/chains/{correlationId}', `/v1/chains/${correlationId}`),
    change('/v1/backtests', 'read', {
      body: { strategy: STRATEGY, from: '2020-01-01', to: '2030-01-01' },
      status: 202,
    }),
    read('/v1/backtests'),
    read('/v1/backtests/{backtestId}', `/v1/backtests/${backtestId}`),
    change('/v1/backtests/{backtestId}/stop', 'read', { path: `/v1/backtests/${backtestId}/stop` }),
    read('/v1/system'),
    read('/v1/system/isolation'),
    { ...read('/v1/audit-log'), scope: 'admin' },
    { ...read('/v1/keys'), scope: 'admin' },
  ];
}
