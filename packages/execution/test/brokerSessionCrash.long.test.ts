import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { until } from '@trading/testing';
import {
  type BrokerSessionStep,
  createExecutionService,
  type ExecutionService,
  type OrderRequest,
} from '../src';
import { type BrokerProcess, startBrokerProcess, typescript } from './brokerProcess';
import { LONG_AGO, openWorld, type World } from './world';

let world: World;
let broker: BrokerProcess;
let execution: ExecutionService;

beforeAll(async () => {
  world = await openWorld();
  broker = await startBrokerProcess();
  await world.storeBar('2024-06-03', [99, 101, 98, 100]);
  await world.risk.limits.set('A', 'max_decision_age', LONG_AGO);
  execution = createExecutionService({
    pool: world.pool,
    remoteAccounts: ['A'],
  });
});
afterAll(async () => {
  await broker?.[Symbol.asyncDispose]();
  await world?.[Symbol.asyncDispose]();
});

function startSession(killAt: BrokerSessionStep | 'never', streamUrl = ''): ChildProcess {
  return spawn(
    process.execPath,
    typescript(
      'brokerSessionProcess.ts',
      world.database.serviceUrl('execution'),
      broker.baseUrl,
      streamUrl,
      killAt,
    ),
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
}

/** @returns the signal that ended it, or its exit code */
async function endOf(brokerSession: ChildProcess): Promise<string> {
  const [code, signal] = (await once(brokerSession, 'exit')) as [number | null, string | null];
  return signal ?? String(code);
}

/** Runs a brokerSession that hands over what waits and reconciles. */
const runSession = (killAt: BrokerSessionStep | 'never') => endOf(startSession(killAt));

let placed = 0;
/** Places an order that is unlike all before it. */
async function place(orderId: string, more: Partial<OrderRequest> = {}): Promise<void> {
  placed += 1;
  await execution.placeOrder({
    orderId,
    accountId: 'A',
    symbol: 'AAPL',
    side: 'buy',
    quantity: String(10 + placed),
    decidedAt: new Date('2024-06-03T20:00:00Z'),
    ...more,
  });
}

/** What both sides hold, and whether our books agree with themselves. */
async function expectBothEqual(): Promise<void> {
  const { rows } = await world.owner.query<{ quantity: string }>('SELECT quantity FROM execution.positions');
  expect(rows.map(({ quantity }) => Number(quantity))).toEqual([await broker.ask('position', 'AAPL')]);
  expect(await execution.verify()).toEqual([]);
}

const STEPS: readonly BrokerSessionStep[] = [
  'before submit',
  'before record',
  'after record',
  'before reconcile',
  'before booking',
  'after booking',
  'after reconcile',
];

describe('an order', () => {
  beforeEach(() => broker.ask('fillAtOnce', '100.25'));

  it.each(STEPS)(
    'killed %s, both sides are equal after the next start, and the order was placed once',
    async (step) => {
      const orderId = `o-${step.replace(' ', '-')}`;
      await place(orderId);
      expect(await runSession(step)).toBe('SIGKILL');
      expect(await runSession('never')).toBe('0');

      expect((await broker.ask('placed')).filter((id) => id === orderId)).toEqual([orderId]);
      expect(await execution.readOrder(orderId)).toMatchObject({
        status: 'filled',
        brokerOrderId: (await broker.ask('order', orderId))?.id,
      });
      await expectBothEqual();
      expect(await world.risk.events.list()).toEqual([]);
    },
  );
});

describe('a replacement', () => {
  beforeEach(() => broker.ask('fillAtOnce', null));

  it.each<BrokerSessionStep>([
    'before submit',
    'before record',
    'after record',
    'before reconcile',
    'after reconcile',
  ])(
    'killed %s, is asked for until it is there, made once, and takes the place of the old order',
    async (step) => {
      const name = step.replace(' ', '-');
      const limit = { orderType: 'limit', price: '95', timeInForce: 'gtc' } as const;
      await place(`old-${name}`, limit);
      expect(await runSession('never')).toBe('0');
      const decidedAt = new Date('2024-06-03T20:10:00Z');
      await execution.replaceOrder(`old-${name}`, { orderId: `new-${name}`, price: '96', decidedAt });
      expect(await runSession(step)).toBe('SIGKILL');
      expect(await runSession('never')).toBe('0');

      expect(await execution.readOrder(`old-${name}`)).toMatchObject({
        status: 'cancelled',
        reason: `replaced by new-${name}`,
      });
      expect(await execution.readOrder(`new-${name}`)).toMatchObject({
        status: 'submitted',
        replacesOrderId: `old-${name}`,
        brokerOrderId: (await broker.ask('order', `new-${name}`))?.id,
      });
      expect((await broker.ask('order', `old-${name}`))?.status).toBe('replaced');
      await expectBothEqual();
      expect(await world.risk.events.list()).toEqual([]);
    },
  );
});

describe('a correction', () => {
  beforeEach(() => broker.ask('fillAtOnce', null));

  /** An order that is filled at 100, its brokerSession listening until it dies at a step, and the fill then corrected to 101. */
  async function correctedWhile(step: BrokerSessionStep, orderId: string): Promise<{ executionId: string }> {
    await place(orderId, {
      quantity: '7',
      decidedAt: new Date(Date.parse('2024-06-03T21:00:00Z') + placed * 300_000),
    });
    expect(await runSession('never')).toBe('0');
    const { executionId } = await broker.ask('fill', orderId, '7', '100');
    expect(await runSession('never')).toBe('0');
    // What the broker tells is for this brokerSession: one that died before is no longer taken for a listener.
    const listeners = (count: number) =>
      until(`${count} to listen`, async () => (await broker.ask('listening')) === count);
    await listeners(0);
    const brokerSession = startSession(step, broker.streamUrl);
    const dead = endOf(brokerSession);
    if (brokerSession.stdout !== null) await once(brokerSession.stdout, 'data');
    await listeners(1);
    await broker.ask('correct', executionId, '7', '101');
    expect(await dead).toBe('SIGKILL');
    expect(await runSession('never')).toBe('0');
    return { executionId };
  }

  it('killed between the bust and the fill in its place, is finished from the history', async () => {
    await correctedWhile('after bust', 'c-1');
    const order = await execution.readOrder('c-1');
    expect([String(order.filledQuantity), String(order.avgFillPrice)]).toEqual(['7', '101']);
    await expectBothEqual();
    expect((await world.risk.events.list()).map(({ eventType }) => eventType)).toEqual(['trade_busted']);
  });

  it('killed before the bust, which no history tells of, is raised with both values and nothing is invented', async () => {
    await correctedWhile('before bust', 'c-2');
    const order = await execution.readOrder('c-2');
    expect([String(order.filledQuantity), String(order.avgFillPrice)]).toEqual(['7', '100']);
    expect((await world.risk.events.list()).map(({ eventType }) => eventType)).toContain('over_fill');
    expect(await execution.verify()).toEqual([]);
  });
});
