import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { runBacktest } from '@trading/backtest';
import {
  createServicePool,
  poolSql,
  SERVICE_NAMES,
  type ServiceName,
  type ServicePool,
} from '@trading/database';
import { ColumnsBuilder } from '@trading/ingestion';
import { dailyBarStart } from '@trading/model';
import { BUILT_IN_STRATEGIES } from '@trading/strategy';
import { createTestDatabase, PATIENCE_MS, type TestDatabase } from '@trading/testing';
import { openTradingSystem, type TradingSystem } from '../src';
import config from './ownStrategies.config';

const CONFIG = join(__dirname, 'ownStrategies.config.ts');
const DAYS = ['2023-01-03', '2023-01-04', '2023-01-05', '2023-01-06', '2023-01-09'];

let database: TestDatabase;
let system: TradingSystem;
let owner: ServicePool;

beforeAll(async () => {
  database = await createTestDatabase();
  const services = Object.fromEntries(
    SERVICE_NAMES.map((service) => [service, database.serviceUrl(service)]),
  ) as Record<ServiceName, string>;
  system = await openTradingSystem({
    connection: { services },
    onWarning: () => {},
    strategies: [...BUILT_IN_STRATEGIES, ...config.strategies],
    isolation: { configPath: CONFIG, deadlineMs: 2_000 },
  });
  owner = createServicePool({ url: database.adminUrl, service: 'event_bus', max: 1, waitMs: PATIENCE_MS });
});

afterAll(async () => {
  await system?.[Symbol.asyncDispose]();
  await owner?.end();
  await database?.drop();
});

async function strategy(kind: string, symbols: readonly string[]): Promise<string> {
  const accountId = `ACC-${kind}`.toUpperCase();
  const parameters = {
    ...{ kind, accountId, symbols, startingCapital: '100000' },
    ...{ signalSource: 'yahoo_adjusted', tradingSource: 'yahoo' },
  };
  await system.strategy.register({ strategyId: kind, name: kind, parameters });
  await system.strategy.activate(kind);
  await system.risk.limits.openAccount(accountId, '100000');
  return accountId;
}

/** Stores a day's bar of each symbol: opens and closes at its price, with a range of three around it. */
async function day(index: number, prices: Readonly<Record<string, number>>): Promise<void> {
  const columns = new ColumnsBuilder();
  for (const [symbol, price] of Object.entries(prices)) {
    const ticks = price * 10_000;
    for (const dataSource of ['yahoo', 'yahoo_adjusted'])
      columns.append(columns.seriesIndex({ symbol, dataSource }), {
        timestamp: dailyBarStart(DAYS[index] ?? '').getTime(),
        ...{ open: ticks, high: ticks + 30_000, low: ticks - 30_000, close: ticks, volume: 100_000n },
      });
  }
  await system.ingestion.bulkIngest({ source: [columns], origin: 'test' });
}

const rows = <Row>(text: string, parameters: unknown[] = []) =>
  poolSql(owner).query(text, parameters) as unknown as Promise<Row[]>;

describe('strategies of a config', () => {
  test('that fail are paused with a risk event each, and the others go on', async () => {
    for (const kind of ['buys', 'throws', 'loops', 'exits', 'nan']) await strategy(kind, ['AAPL']);
    await day(0, { AAPL: 100 });
    await system.drain();
    await day(1, { AAPL: 101 });
    await system.drain();

    const states = (await system.strategy.list()).map(({ strategyId, status }) => [strategyId, status]);
    expect(states).toEqual([
      ['buys', 'active'],
      ['exits', 'paused'],
      ['loops', 'paused'],
      ['nan', 'paused'],
      ['throws', 'paused'],
    ]);
    const told = await rows<{ code: string; severity: string; message: string }>(
      `SELECT data ->> 'code' AS code, severity, message FROM risk_management.risk_events
        WHERE event_type = 'strategy_paused' ORDER BY data ->> 'strategyId'`,
    );
    expect(told.map(({ code, severity }) => [code, severity])).toEqual([
      ['STRATEGY.FAILED', 'critical'],
      ['STRATEGY.DEADLINE', 'critical'],
      ['STRATEGY.INVALID_DECISION', 'critical'],
      ['STRATEGY.FAILED', 'critical'],
    ]);
    expect(told[1]?.message).toMatch(
      /^strategy loops is paused: it made no decision on AAPL at 2023-01-03T05:00:00.000Z: .* within 2000 ms/,
    );
    expect(told[3]?.message).toMatch(/no second day$/);
    const positions = await system.execution.positions();
    expect(positions.map(({ accountId, quantity }) => [accountId, Number(quantity)])).toEqual([
      ['ACC-BUYS', 10],
    ]);
  });

  test('place the orders that they say, which fill as the bars reach them', async () => {
    await strategy('ladder', ['KO']);
    await day(0, { KO: 50 });
    await system.drain();
    await day(1, { KO: 51 });
    await system.drain();

    const orders = await rows(
      `SELECT order_id, order_type::text, time_in_force::text, trim_scale(quantity)::text AS quantity,
              trim_scale(price)::text AS price, trim_scale(stop_price)::text AS stop, status::text
         FROM execution.orders WHERE strategy = 'ladder' ORDER BY order_id`,
    );
    expect(orders).toEqual([
      {
        ...{ order_id: 'o-ladder:KO:20230103T050000Z-1', order_type: 'limit', time_in_force: 'gtc' },
        ...{ quantity: '5', price: '49', stop: null, status: 'filled' },
      },
      {
        ...{ order_id: 'o-ladder:KO:20230103T050000Z-2', order_type: 'stop', time_in_force: 'gtc' },
        ...{ quantity: '3', price: null, stop: '52', status: 'filled' },
      },
    ]);
    expect(await system.execution.verify()).toEqual([]);
  });

  test('that look at all their symbols decide once all bars are in, from the state and the positions before', async () => {
    const accountId = await strategy('counts', ['IBM', 'MSFT']);
    const decisions = () =>
      rows<{ moment: Date; state: { days: number; held: object }; missing: string[] }>(
        `SELECT moment, state, saw -> 'missing' AS missing FROM strategy_engine.strategy_decisions
          WHERE strategy_id = 'counts' ORDER BY moment`,
      );
    await day(0, { IBM: 100 });
    await system.drain();
    expect(await decisions()).toEqual([]);
    await day(0, { MSFT: 200 });
    await system.drain();
    expect(await decisions()).toEqual([
      { moment: dailyBarStart('2023-01-03'), state: { days: 1, held: { IBM: '0', MSFT: '0' } }, missing: [] },
    ]);

    // A bar never comes: once a later day is there, the day is decided on without it.
    await day(1, { IBM: 100 });
    await system.drain();
    await day(2, { IBM: 100, MSFT: 200 });
    await system.drain();
    expect((await decisions()).slice(1)).toEqual([
      // Of 100,000 one hundredth each: ten shares, and five.
      expect.objectContaining({
        missing: ['MSFT'],
        state: { days: 2, held: { IBM: '10', MSFT: expect.any(String) } },
      }),
      expect.objectContaining({
        missing: [],
        state: { days: 3, held: expect.objectContaining({ MSFT: '5' }) },
      }),
    ]);
    const signals = await system.strategy.signals('counts', 10);
    expect(
      signals.map(({ symbol, barTimestamp }) => `${symbol} ${barTimestamp.toISOString().slice(0, 10)}`),
    ).toEqual(['IBM 2023-01-05', 'MSFT 2023-01-05', 'IBM 2023-01-04', 'IBM 2023-01-03', 'MSFT 2023-01-03']);
    const pending = await rows("SELECT FROM strategy_engine.pending_moments WHERE strategy_id = 'counts'");
    expect(pending).toEqual([]);
    expect(accountId).toBe('ACC-COUNTS');
  });

  test('give in a backtest the fills that they gave in the services', async () => {
    await day(3, { IBM: 103, MSFT: 199 });
    await system.drain();
    const request = { from: '2023-01-03', to: '2023-01-06', parameters: {}, seed: '', rejectRate: 0 };
    const services = { bars: system.ingestion.bars, strategy: system.strategy, risk: system.risk };
    const { fills } = await runBacktest(
      services,
      { ...request, strategy: 'counts' },
      { signal: new AbortController().signal },
    );
    const traded = await rows(
      `SELECT symbol, side::text, trim_scale(quantity)::text AS quantity, trim_scale(price)::text AS price
         FROM execution.trades WHERE strategy = 'counts' ORDER BY executed_at, symbol`,
    );
    expect(traded.length).toBeGreaterThan(4);
    expect(
      [...fills]
        .sort((a, b) => a.executedAt.localeCompare(b.executedAt) || a.symbol.localeCompare(b.symbol))
        .map(({ symbol, side, quantity, price }) => ({ symbol, side, quantity, price })),
    ).toEqual(traded);
  });
});
