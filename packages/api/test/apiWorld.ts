import { runBacktest } from '@trading/backtest';
import { createServicePool, SERVICE_NAMES, type ServiceName } from '@trading/database';
import { ColumnsBuilder } from '@trading/ingestion';
import { dailyBarStart, sessionsBetween, tradingDate } from '@trading/model';
import { openTradingSystem, type TradingSystem } from '@trading/system';
import { createTestDatabase } from '@trading/testing';
import { createApiAccess, type Scope, serveApi } from '../src';

/** An answer as a client sees it. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into JSON of any shape
  readonly body: any;
}

/** What a request carries beside its path. */
export interface Sent {
  readonly key?: string | undefined;
  readonly body?: unknown;
  /** Text that is sent as it is. */
  readonly raw?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A server over a database of its own, with an account, a strategy, some days of bars and what came of them. */
export interface ApiWorld extends AsyncDisposable {
  readonly url: string;
  readonly system: TradingSystem;
  readonly warnings: readonly string[];
  /** Makes a key. */
  key(
    scope: Scope,
    options?: { accounts?: string[]; expiresAt?: Date },
  ): Promise<{ keyId: string; key: string }>;
  revoke(keyId: string): Promise<void>;
  /** The path of a login link, with its fragment. */
  loginPath(): Promise<string>;
  /** Asks as the admin, unless another key or none (`undefined`) is given. */
  ask(method: string, path: string, sent?: Sent): Promise<Answer>;
  /** Corrects the last bar of a symbol, which is published. */
  addBar(symbol: string, close: number): Promise<void>;
}

export const ACCOUNT = 'DESK';
export const OTHER_ACCOUNT = 'OTHER';
export const STRATEGY = 'trend';

/** Trading dates that are over, the youngest last: orders of now are judged by their prices. */
const DATES = sessionsBetween(
  tradingDate(new Date(Date.now() - 25 * 86_400_000)),
  tradingDate(new Date(Date.now() - 86_400_000)),
)
  .slice(-8)
  .map(({ date }) => date);

export async function openApiWorld(): Promise<ApiWorld> {
  const database = await createTestDatabase();
  const services = Object.fromEntries(
    SERVICE_NAMES.map((service) => [service, database.serviceUrl(service)]),
  ) as Record<ServiceName, string>;
  const warnings: string[] = [];
  const system = await openTradingSystem({
    connection: { services },
    onWarning: (message) => warnings.push(message),
  });
  await prepare(system);
  const api = await serveApi(
    {
      system,
      runBacktest: (request, options) =>
        runBacktest(
          { bars: system.ingestion.bars, strategy: system.strategy, risk: system.risk },
          request,
          options,
        ),
      facts: async () => ({ mode: 'test', servers: [], migrations: null }),
      requestsPerMinute: 1_000_000,
      onWarning: (message) => warnings.push(message),
    },
    { port: 0 },
  );
  const pool = createServicePool({ url: services.api, service: 'api', max: 2 });
  const access = createApiAccess(pool);
  const admin = await access.keys.create({ name: 'admin', scope: 'admin', by: 'test' });
  const ask = async (method: string, path: string, sent: Sent = {}): Promise<Answer> => {
    const key = 'key' in sent ? sent.key : admin.key;
    const body = sent.raw ?? (sent.body === undefined ? undefined : JSON.stringify(sent.body));
    const response = await fetch(api.url + path, {
      method,
      headers: {
        connection: 'close',
        ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...sent.headers,
      },
      ...(body === undefined ? {} : { body }),
    });
    const text = await response.text();
    const json = response.headers.get('content-type')?.includes('json') === true;
    return { status: response.status, headers: response.headers, body: json ? JSON.parse(text) : text };
  };
  return {
    url: api.url,
    system,
    warnings,
    key: (scope, options = {}) => access.keys.create({ name: `${scope} key`, scope, by: 'test', ...options }),
    revoke: async (keyId) => void (await access.keys.revoke(keyId, 'test')),
    loginPath: () => access.loginPath('test'),
    ask,
    addBar: async (symbol, close) => {
      await ingest(system, symbol, [[DATES.at(-1) ?? '', close]]);
    },
    async [Symbol.asyncDispose]() {
      await api[Symbol.asyncDispose]();
      await pool.end();
      await system[Symbol.asyncDispose]();
      await database.drop();
    },
  };
}

async function prepare(system: TradingSystem): Promise<void> {
  for (const account of [ACCOUNT, OTHER_ACCOUNT]) await system.risk.limits.openAccount(account, '100000');
  await system.strategy.register({
    strategyId: STRATEGY,
    name: 'Trend',
    parameters: {
      kind: 'moving_average_crossover',
      accountId: ACCOUNT,
      symbols: ['AAPL'],
      signalSource: 'yahoo_adjusted',
      tradingSource: 'yahoo',
      startingCapital: '100000',
      fast: 1,
      slow: 2,
      allocation: '0.2',
    },
  });
  await system.strategy.activate(STRATEGY);
  await system.notification.defineAlert({
    alertId: 'orders',
    name: 'An order moved',
    eventType: 'order_updated',
    rule: {},
    channel: 'log',
  });
  for (const [day, date] of DATES.entries()) {
    await ingest(system, 'AAPL', [[date, 100 + (day % 2) * 3]]);
    await ingest(system, 'MSFT', [[date, 300 + day]]);
    await system.drain();
  }
}

async function ingest(
  system: TradingSystem,
  symbol: string,
  closes: readonly (readonly [date: string, close: number])[],
): Promise<void> {
  const columns = new ColumnsBuilder();
  for (const [date, price] of closes) {
    const close = price * 10_000;
    for (const dataSource of ['yahoo', 'yahoo_adjusted'])
      columns.append(columns.seriesIndex({ symbol, dataSource }), {
        timestamp: dailyBarStart(date).getTime(),
        open: close - 200,
        high: close + 5_000,
        low: close - 5_000,
        close,
        volume: 100_000n,
      });
  }
  await system.ingestion.bulkIngest({ source: [columns], origin: 'test' });
}
