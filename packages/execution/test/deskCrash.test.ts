import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { createPreTradeRisk, createRiskEvents } from '@trading/risk';
import { createExecutionService, type DeskStep, type ExecutionService } from '../src';
import { type LocalAlpaca, startLocalAlpaca } from './localAlpaca';
import { openWorld, type World } from './world';

let world: World;
let alpaca: LocalAlpaca;
let execution: ExecutionService;

beforeAll(async () => {
  world = await openWorld();
  alpaca = await startLocalAlpaca();
  alpaca.fillAtOnce('100.25');
  await world.storeBar('2024-06-03', [99, 101, 98, 100]);
  execution = createExecutionService({
    pool: world.pool,
    risk: createPreTradeRisk(),
    riskEvents: createRiskEvents(),
    tradingSource: 'yahoo',
    broker: 'remote',
  });
});
afterAll(async () => {
  await alpaca?.[Symbol.asyncDispose]();
  await world?.[Symbol.asyncDispose]();
});

/** Runs a desk in a process of its own. @returns the signal that ended it, or its exit code */
async function runDesk(killAt: DeskStep | 'never'): Promise<string> {
  const child = spawn(
    process.execPath,
    [
      '-C',
      '@trading/source',
      '-r',
      join(__dirname, '../../local/test/runTypescript.cjs'),
      join(__dirname, 'deskProcess.ts'),
      world.database.serviceUrl('execution'),
      alpaca.baseUrl,
      killAt,
    ],
    { stdio: ['ignore', 'inherit', 'inherit'] },
  );
  const [code, signal] = (await once(child, 'exit')) as [number | null, string | null];
  return signal ?? String(code);
}

const STEPS: readonly DeskStep[] = [
  'before submit',
  'before record',
  'after record',
  'before reconcile',
  'before booking',
  'after booking',
  'after reconcile',
];

it.each(STEPS)(
  'killed %s, both sides are equal after the next start, and the order was placed once',
  async (step) => {
    const orderId = `o-${step.replace(' ', '-')}`;
    await execution.placeOrder({
      orderId,
      accountId: 'A',
      symbol: 'AAPL',
      side: 'buy',
      quantity: String(10 + STEPS.indexOf(step)),
      decidedAt: new Date('2024-06-03T20:00:00Z'),
    });
    expect(await runDesk(step)).toBe('SIGKILL');
    expect(await runDesk('never')).toBe('0');

    expect(alpaca.placed.filter((placed) => placed === orderId)).toEqual([orderId]);
    expect(await execution.readOrder(orderId)).toMatchObject({
      status: 'filled',
      brokerOrderId: alpaca.order(orderId)?.id,
    });
    const { rows } = await world.owner.query<{ quantity: string }>(
      'SELECT quantity FROM execution.positions',
    );
    expect(rows.map(({ quantity }) => Number(quantity))).toEqual([alpaca.position('AAPL')]);
    expect(await execution.verify()).toEqual([]);
    expect(await world.risk.events.list()).toEqual([]);
  },
);
