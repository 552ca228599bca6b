import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createAlpacaBroker, createBrokerSession } from '../src';
import { type BrokerWorld, openBrokerWorld, PATIENT } from './brokerWorld';

let given: BrokerWorld;
beforeEach(async () => {
  given = await openBrokerWorld();
});
afterEach(async () => {
  await given[Symbol.asyncDispose]();
});

const LIMIT = { orderType: 'limit', price: '95', timeInForce: 'gtc' } as const;
const DECIDED = { decidedAt: new Date('2024-06-03T20:10:00Z') };
const reprice = (price = '96') => given.execution.replaceOrder('o-1', { orderId: 'o-2', price, ...DECIDED });
const logOf = async (orderId: string) =>
  (
    await given.world.owner.query<{ event: string }>(
      'SELECT event FROM execution.execution_logs WHERE order_id = $1 ORDER BY id',
      [orderId],
    )
  ).rows.map(({ event }) => event);
const linked = async (orderId: string) => (await given.execution.readOrder(orderId)).replacesOrderId;

describe('a replacement at the broker', () => {
  it('is asked for as one, and the old order ends when the broker says so', async () => {
    await given.listen();
    await given.working('o-1', LIMIT);
    given.alpaca.holdReplacements();
    expect((await reprice()).status).toBe('pending');
    await given.untilStatus('o-2', 'submitted');
    expect(given.alpaca.patched).toEqual([
      { qty: '10', client_order_id: 'o-2', time_in_force: 'gtc', limit_price: '96' },
    ]);
    expect(await given.status('o-1')).toBe('submitted');
    given.alpaca.finishReplacement('o-2');
    await given.untilStatus('o-1', 'cancelled');
    expect(await given.execution.readOrder('o-1')).toMatchObject({ reason: 'replaced by o-2' });
    expect(await logOf('o-1')).toEqual(['created', 'submitted', 'replaced']);
    expect(await linked('o-2')).toBe('o-1');
    expect(given.alpaca.placed).toEqual(['o-1']);
    // Asked for again, it is the one that is there.
    expect((await reprice()).orderId).toBe('o-2');
    expect(given.errors).toEqual([]);
  });

  it('is for what is left, and both orders are counted until the old one is out', async () => {
    await given.listen();
    await given.world.risk.limits.setPosition('A', 'AAPL', { maxQuantity: '20' });
    await given.working('o-1', LIMIT);
    given.alpaca.fill('o-1', '4', '95');
    await given.untilStatus('o-1', 'partially_filled');
    given.alpaca.holdReplacements();
    expect((await reprice()).quantity.toString()).toBe('6');
    // 4 held, 6 left of the old one, 6 of the new one: 16 of 20.
    expect((await given.place('o-3', { quantity: '5' })).reason).toMatch(
      /max_position_quantity is 20, .* 21/,
    );
    await given.untilStatus('o-2', 'submitted');
    expect(given.alpaca.patched).toMatchObject([{ qty: '6' }]);
    given.alpaca.finishReplacement('o-2');
    await given.untilStatus('o-1', 'cancelled');
    expect((await given.place('o-4', { quantity: '5' })).status).toBe('pending');
  });

  it('is not made twice when the answer is lost', async () => {
    await given.working('o-1', LIMIT);
    await reprice();
    given.alpaca.loseNextAnswer();
    expect(await given.brokerSession.submitPending()).toBe(0);
    expect(await given.status('o-2')).toBe('pending');
    // The broker says now that what was replaced can't be replaced.
    expect(await given.brokerSession.submitPending()).toBe(1);
    expect(await given.status('o-2')).toBe('submitted');
    expect(await given.brokerSession.reconcile()).toEqual({
      fillsBooked: 0,
      ordersMoved: 1,
      differences: [],
    });
    expect(await given.execution.readOrder('o-1')).toMatchObject({
      status: 'cancelled',
      reason: 'replaced by o-2',
    });
    expect(await given.brokerSession.reconcile()).toEqual({
      fillsBooked: 0,
      ordersMoved: 0,
      differences: [],
    });
  });

  it('is found by reconciliation where a brokerSession died after asking', async () => {
    await given.working('o-1', LIMIT);
    await reprice();
    given.alpaca.loseNextAnswer();
    await given.brokerSession.submitPending();
    expect(await given.brokerSession.reconcile()).toEqual({
      fillsBooked: 0,
      ordersMoved: 2,
      differences: [],
    });
    expect([await given.status('o-1'), await given.status('o-2')]).toEqual(['cancelled', 'submitted']);
  });

  it('is refused where the old order was done first, and another may be asked for', async () => {
    await given.listen();
    await given.working('o-1', LIMIT);
    given.alpaca.holdReplacements();
    await reprice();
    await given.untilStatus('o-2', 'submitted');
    given.alpaca.fill('o-1', '10', '95');
    given.alpaca.finishReplacement('o-2');
    await given.untilStatus('o-2', 'rejected');
    expect(await given.status('o-1')).toBe('filled');
    expect(await linked('o-2')).toBeNull();
    expect(await given.brokerSession.reconcile()).toMatchObject({ differences: [] });
    expect(await given.raised()).toEqual([]);
  });

  it('leaves the old order working where the broker refuses it at once', async () => {
    await given.working('o-1', LIMIT);
    await reprice();
    given.alpaca.rejectNext('no');
    await given.brokerSession.submitPending();
    expect(await given.execution.readOrder('o-2')).toMatchObject({
      status: 'rejected',
      replacesOrderId: null,
    });
    expect(await given.status('o-1')).toBe('submitted');
    const again = await given.execution.replaceOrder('o-1', { orderId: 'o-3', price: '97', ...DECIDED });
    expect(again.status).toBe('pending');
    await expect(
      given.execution.replaceOrder('o-1', { orderId: 'o-4', price: '98', ...DECIDED }),
    ).rejects.toMatchObject({
      code: 'EXECUTION.NOT_REPLACEABLE',
      message: "order o-1 can't be replaced: order o-3 is to take its place",
    });
  });
});

describe('an account at a remote broker', () => {
  it('is filled by no paper broker, in whichever process', async () => {
    await given.working('o-1');
    await given.world.storeBar('2024-06-04', [100, 101, 99, 100]);
    await given.world.announceBars('2024-06-04', '2024-06-04');
    // This world's own service was told of no remote account.
    await given.world.settle();
    expect(await given.status('o-1')).toBe('submitted');
    await expect(given.world.execution.cancelOrder('o-1', 'x')).rejects.toMatchObject({
      code: 'EXECUTION.AT_REMOTE_BROKER',
    });
  });

  it('is at one broker only', async () => {
    await given.brokerSession.reconcile();
    const live = createBrokerSession({
      pool: given.world.pool,
      accountId: 'A',
      broker: createAlpacaBroker({
        keyId: 'key',
        secret: 'secret',
        environment: 'live',
        confirmLive: 'trade with real money',
        baseUrl: given.alpaca.baseUrl,
        ...PATIENT,
      }),
    });
    await expect(live.reconcile()).rejects.toMatchObject({
      code: 'EXECUTION.OTHER_BROKER',
      message: "account A is at alpaca paper: its orders can't go to alpaca live",
    });
  });

  it('has no order working that was cancelled on its way there', async () => {
    const order = await given.place('o-1');
    const { baseUrl } = given.alpaca;
    const broker = createAlpacaBroker({ keyId: 'key', secret: 'secret', baseUrl, ...PATIENT });
    const slow = createBrokerSession({
      pool: given.world.pool,
      accountId: 'A',
      broker: {
        ...broker,
        submit: async (sent) => {
          await given.brokerSession.cancel(order.orderId, 'asked meanwhile');
          return broker.submit(sent);
        },
      },
    });
    await slow.submitPending();
    expect(await given.status('o-1')).toBe('cancelled');
    expect(given.alpaca.order('o-1')?.status).toBe('canceled');
  });
});
