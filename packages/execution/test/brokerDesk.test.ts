import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createPreTradeRisk, createRiskEvents } from '@trading/risk';
import {
  type BrokerDesk,
  createAlpacaBroker,
  createBrokerDesk,
  createExecutionService,
  type ExecutionService,
} from '../src';
import { type LocalAlpaca, startLocalAlpaca } from './localAlpaca';
import { until } from './until';
import { openWorld, type World } from './world';

let world: World;
let alpaca: LocalAlpaca;
let execution: ExecutionService;
let desk: BrokerDesk;
let errors: unknown[];

beforeEach(async () => {
  world = await openWorld();
  alpaca = await startLocalAlpaca();
  errors = [];
  const ports = { risk: createPreTradeRisk(), riskEvents: createRiskEvents() };
  await world.storeBar('2024-06-03', [99, 101, 98, 100]);
  execution = createExecutionService({
    pool: world.pool,
    ...ports,
    tradingSource: 'yahoo',
    broker: 'remote',
  });
  desk = createBrokerDesk({
    pool: world.pool,
    ...ports,
    accountId: 'A',
    broker: createAlpacaBroker({
      keyId: 'key',
      secret: 'secret',
      baseUrl: alpaca.baseUrl,
      streamUrl: alpaca.streamUrl,
      reconnectMs: 10,
    }),
    submitEveryMs: 20,
    onError: (error) => errors.push(error),
  });
});
afterEach(async () => {
  await desk.stop();
  await alpaca[Symbol.asyncDispose]();
  await world[Symbol.asyncDispose]();
});

async function place(orderId: string, quantity = '10', side: 'buy' | 'sell' = 'buy') {
  return execution.placeOrder({
    orderId,
    accountId: 'A',
    symbol: 'AAPL',
    side,
    quantity,
    decidedAt: new Date('2024-06-03T20:00:00Z'),
  });
}

const status = async (orderId: string) => (await execution.readOrder(orderId)).status;
const raised = async () => (await world.risk.events.list()).map(({ eventType }) => eventType);

async function listen(): Promise<void> {
  await desk.start();
  await until(() => alpaca.listening === 1);
}

describe('handing orders over', () => {
  it('submits what is pending, once, and knows it by the broker’s id', async () => {
    expect((await place('o-1')).status).toBe('pending');
    expect(await desk.submitPending()).toBe(1);
    expect(await desk.submitPending()).toBe(0);
    expect(await execution.readOrder('o-1')).toMatchObject({
      status: 'submitted',
      brokerOrderId: alpaca.order('o-1')?.id,
    });
  });

  it('places no order twice when the answer is lost', async () => {
    await place('o-1');
    alpaca.loseNextAnswer();
    expect(await desk.submitPending()).toBe(0);
    expect(await status('o-1')).toBe('pending');
    expect(await desk.submitPending()).toBe(1);
    expect(alpaca.placed).toEqual(['o-1']);
    expect(await status('o-1')).toBe('submitted');
  });

  it('records a rejection with the broker’s words', async () => {
    await place('o-1');
    alpaca.rejectNext('insufficient buying power');
    await desk.submitPending();
    const order = await execution.readOrder('o-1');
    expect(order.status).toBe('rejected');
    expect(order.reason).toContain('insufficient buying power');
  });

  it('holds back what a kill switch was set against after it was allowed', async () => {
    await place('held', '10');
    await desk.submitPending();
    alpaca.fill('held', '10', '100', { stream: 0 });
    await desk.reconcile();
    await place('more', '11');
    await place('less', '4', 'sell');
    await world.risk.killSwitches.kill({ scope: 'all' }, { reason: 'x', by: 'ann' });
    expect(await desk.submitPending()).toBe(1);
    expect(alpaca.placed).toEqual(['held', 'less']);
    await place('least', '1', 'sell');
    await world.risk.killSwitches.kill({ scope: 'all' }, { level: 'halt', reason: 'x', by: 'ann' });
    expect(await desk.submitPending()).toBe(0);
    await world.risk.killSwitches.resume({ scope: 'all' }, { by: 'ann' });
    expect(await desk.submitPending()).toBe(2);
  });

  it('cancels here what the broker does not have, and asks for the rest', async () => {
    await listen();
    await place('o-1');
    await until(async () => (await status('o-1')) === 'submitted');
    await desk.cancel('o-1', 'x');
    await until(async () => (await status('o-1')) === 'cancelled');
    expect(alpaca.order('o-1')?.status).toBe('canceled');
    await expect(execution.cancelOrder('o-1', 'x')).rejects.toMatchObject({
      code: 'EXECUTION.AT_REMOTE_BROKER',
    });
  });
});

describe('the stream', () => {
  it('books fills as they come, duplicates once', async () => {
    await listen();
    await place('o-1');
    await until(async () => (await status('o-1')) === 'submitted');
    alpaca.fill('o-1', '4', '100.5', { stream: 3 });
    alpaca.fill('o-1', '6', '101', { stream: 2 });
    await until(async () => (await status('o-1')) === 'filled');
    expect((await execution.readOrder('o-1')).avgFillPrice?.toString()).toBe('100.8');
    expect(await world.published('trade_executed')).toHaveLength(2);
    expect(errors).toEqual([]);
  });

  it('books a fill that is heard of before the order is known to be there', async () => {
    await place('o-1');
    alpaca.loseNextAnswer();
    await desk.submitPending();
    // It hears the stream and learns nothing else.
    const quiet = createBrokerDesk({
      pool: world.pool,
      accountId: 'A',
      risk: createPreTradeRisk(),
      riskEvents: createRiskEvents(),
      broker: {
        ...createAlpacaBroker({
          keyId: 'key',
          secret: 'secret',
          baseUrl: alpaca.baseUrl,
          streamUrl: alpaca.streamUrl,
        }),
        openOrders: async () => [],
        fillsSince: async () => [],
        findOrder: async () => undefined,
        positions: async () => [],
      },
      submitEveryMs: 3_600_000,
    });
    await quiet.start();
    await until(() => alpaca.listening === 1);
    alpaca.fill('o-1', '10', '101');
    await until(async () => (await status('o-1')) === 'filled');
    await quiet.stop();
    expect(await execution.readOrder('o-1')).toMatchObject({ brokerOrderId: alpaca.order('o-1')?.id });
    const { rows } = await world.owner.query(
      `SELECT event FROM execution.execution_logs WHERE order_id = 'o-1' ORDER BY id`,
    );
    expect(rows.map(({ event }) => event)).toEqual(['created', 'acknowledged_by_fill', 'fill']);
  });

  it('fills the gap after a reconnect', async () => {
    await listen();
    await place('o-1');
    await until(async () => (await status('o-1')) === 'submitted');
    alpaca.dropStreams();
    alpaca.fill('o-1', '10', '101', { stream: 0 });
    await until(async () => (await status('o-1')) === 'filled');
    expect(await execution.verify()).toEqual([]);
  });

  it('books a fill that comes after the cancel, and says so', async () => {
    await listen();
    await place('o-1');
    await until(async () => (await status('o-1')) === 'submitted');
    alpaca.cancel('o-1');
    await until(async () => (await status('o-1')) === 'cancelled');
    alpaca.fill('o-1', '3', '101');
    await until(async () => (await raised()).includes('late_fill'));
    expect((await execution.readOrder('o-1')).filledQuantity.toString()).toBe('3');
  });
});

describe('reconciliation', () => {
  it('finds nothing where both sides agree', async () => {
    await place('o-1');
    await desk.submitPending();
    alpaca.fill('o-1', '10', '101', { stream: 0 });
    expect(await desk.reconcile()).toEqual({ fillsBooked: 1, ordersMoved: 1, differences: [] });
    expect(await desk.reconcile()).toEqual({ fillsBooked: 0, ordersMoved: 0, differences: [] });
  });

  it('books fills of an order whose acceptance was never heard of', async () => {
    await place('o-1');
    alpaca.loseNextAnswer();
    await desk.submitPending();
    alpaca.fill('o-1', '10', '101', { stream: 0 });
    expect(await desk.reconcile()).toMatchObject({ fillsBooked: 1, differences: [] });
    expect(await status('o-1')).toBe('filled');
    expect(alpaca.placed).toEqual(['o-1']);
  });

  it('follows a cancel that was never heard of', async () => {
    await place('o-1');
    await desk.submitPending();
    alpaca.fill('o-1', '4', '101', { stream: 0 });
    alpaca.cancel('o-1', { stream: 0 });
    expect(await desk.reconcile()).toMatchObject({ fillsBooked: 1, differences: [] });
    expect(await execution.readOrder('o-1')).toMatchObject({
      status: 'cancelled',
      reason: 'cancelled at alpaca paper',
    });
  });

  it('flags what nobody can make up for, with both values, once', async () => {
    alpaca.placeElsewhere('theirs');
    alpaca.fill('theirs', '2', '50', { stream: 0 });
    const { differences } = await desk.reconcile();
    expect(differences).toEqual([
      { kind: 'unknown_order_at_broker', id: 'theirs', ours: 'none', theirs: 'buy 5 IBM' },
      { kind: 'position', id: 'IBM', ours: '0', theirs: '2' },
    ]);
    await desk.reconcile();
    expect((await raised()).sort()).toEqual([
      'reconcile_position',
      'reconcile_unknown_order_at_broker',
      'unknown_order',
    ]);
    expect(await execution.verify()).toEqual([]);
  });

  it('books more fills than one page holds', async () => {
    await place('o-1', '250');
    await desk.submitPending();
    for (let n = 0; n < 250; n += 1) alpaca.fill('o-1', '1', '100', { stream: 0 });
    expect(await desk.reconcile()).toMatchObject({ fillsBooked: 250, differences: [] });
    expect(await status('o-1')).toBe('filled');
  });
});

describe('the adapter', () => {
  it('trades real money only when asked in so many words', () => {
    expect(() => createAlpacaBroker({ keyId: 'k', secret: 's', environment: 'live' })).toThrow(
      expect.objectContaining({ code: 'BROKER.LIVE_NOT_CONFIRMED' }),
    );
    expect(
      createAlpacaBroker({
        keyId: 'k',
        secret: 's',
        environment: 'live',
        confirmLive: 'trade with real money',
      }).name,
    ).toBe('alpaca live');
  });

  it('names what went wrong', async () => {
    const wrong = createAlpacaBroker({ keyId: 'key', secret: 'wrong', baseUrl: alpaca.baseUrl });
    await expect(wrong.openOrders()).rejects.toMatchObject({ code: 'BROKER.UNAUTHORIZED' });
    const away = createAlpacaBroker({
      keyId: 'key',
      secret: 'secret',
      baseUrl: 'http://127.0.0.1:9',
      timeoutMs: 500,
    });
    await expect(away.openOrders()).rejects.toMatchObject({ code: 'BROKER.UNAVAILABLE', transient: true });
  });
});
