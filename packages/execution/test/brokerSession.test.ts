import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { until } from '@trading/testing';
import { createAlpacaBroker, createBrokerSession } from '../src';
import { type BrokerWorld, openBrokerWorld, PATIENT } from './brokerWorld';

let given: BrokerWorld;
beforeEach(async () => {
  given = await openBrokerWorld();
});
afterEach(async () => {
  await given[Symbol.asyncDispose]();
});

describe('handing orders over', () => {
  it('submits what is pending, once, and knows it by the broker’s id', async () => {
    expect((await given.place('o-1')).status).toBe('pending');
    expect(await given.brokerSession.submitPending()).toBe(1);
    expect(await given.brokerSession.submitPending()).toBe(0);
    expect(await given.execution.readOrder('o-1')).toMatchObject({
      status: 'submitted',
      brokerOrderId: given.alpaca.order('o-1')?.id,
    });
  });

  it('places no order twice when the answer is lost', async () => {
    await given.place('o-1');
    given.alpaca.loseNextAnswer();
    expect(await given.brokerSession.submitPending()).toBe(0);
    expect(await given.status('o-1')).toBe('pending');
    expect(await given.brokerSession.submitPending()).toBe(1);
    expect(given.alpaca.placed).toEqual(['o-1']);
    expect(await given.status('o-1')).toBe('submitted');
  });

  it('records a rejection with the broker’s words', async () => {
    await given.place('o-1');
    given.alpaca.rejectNext('insufficient buying power');
    await given.brokerSession.submitPending();
    const order = await given.execution.readOrder('o-1');
    expect(order.status).toBe('rejected');
    expect(order.reason).toContain('insufficient buying power');
  });

  it('holds back what a kill switch was set against after it was allowed', async () => {
    await given.place('held', { quantity: '10' });
    await given.brokerSession.submitPending();
    given.alpaca.fill('held', '10', '100', { stream: 0 });
    await given.brokerSession.reconcile();
    await given.place('more', { quantity: '11' });
    await given.place('less', { quantity: '4', side: 'sell' });
    await given.world.risk.killSwitches.kill({ scope: 'all' }, { reason: 'x', by: 'ann' });
    expect(await given.brokerSession.submitPending()).toBe(1);
    expect(given.alpaca.placed).toEqual(['held', 'less']);
    await given.place('least', { quantity: '1', side: 'sell' });
    await given.world.risk.killSwitches.kill({ scope: 'all' }, { level: 'halt', reason: 'x', by: 'ann' });
    expect(await given.brokerSession.submitPending()).toBe(0);
    await given.world.risk.killSwitches.resume({ scope: 'all' }, { by: 'ann' });
    expect(await given.brokerSession.submitPending()).toBe(2);
  });

  it('cancels here what the broker does not have, and asks for the rest', async () => {
    await given.listen();
    await given.place('o-1');
    await given.untilStatus('o-1', 'submitted');
    await given.brokerSession.cancel('o-1', 'x');
    await given.untilStatus('o-1', 'cancelled');
    expect(given.alpaca.order('o-1')?.status).toBe('canceled');
    await expect(given.execution.cancelOrder('o-1', 'x')).rejects.toMatchObject({
      code: 'EXECUTION.AT_REMOTE_BROKER',
    });
  });
});

describe('the stream', () => {
  it('books fills as they come, duplicates once', async () => {
    await given.listen();
    await given.place('o-1');
    await given.untilStatus('o-1', 'submitted');
    given.alpaca.fill('o-1', '4', '100.5', { stream: 3 });
    given.alpaca.fill('o-1', '6', '101', { stream: 2 });
    await given.untilStatus('o-1', 'filled');
    expect((await given.execution.readOrder('o-1')).avgFillPrice?.toString()).toBe('100.8');
    expect(await given.world.published('trade_executed')).toHaveLength(2);
    expect(given.errors).toEqual([]);
  });

  it('books a fill that is heard of before the order is known to be there', async () => {
    await given.place('o-1');
    given.alpaca.loseNextAnswer();
    await given.brokerSession.submitPending();
    // It hears the stream and learns nothing else.
    const quiet = createBrokerSession({
      pool: given.world.pool,
      accountId: 'A',
      broker: {
        ...createAlpacaBroker({
          keyId: 'key',
          secret: 'secret',
          baseUrl: given.alpaca.baseUrl,
          streamUrl: given.alpaca.streamUrl,
          ...PATIENT,
        }),
        openOrders: async () => [],
        fillsSince: async () => [],
        findOrder: async () => undefined,
        positions: async () => [],
      },
      submitEveryMs: 3_600_000,
      reconcileEveryMs: 3_600_000,
    });
    await quiet.start();
    await until('the broker session to listen', () => given.alpaca.listening === 1);
    given.alpaca.fill('o-1', '10', '101');
    await given.untilStatus('o-1', 'filled');
    await quiet.stop();
    expect(await given.execution.readOrder('o-1')).toMatchObject({
      brokerOrderId: given.alpaca.order('o-1')?.id,
    });
    const { rows } = await given.world.owner.query(
      `SELECT event FROM execution.execution_logs WHERE order_id = 'o-1' ORDER BY id`,
    );
    expect(rows.map(({ event }) => event)).toEqual(['created', 'acknowledged_by_fill', 'fill']);
  });

  it('fills the gap after a reconnect', async () => {
    await given.listen();
    await given.place('o-1');
    await given.untilStatus('o-1', 'submitted');
    given.alpaca.dropStreams();
    given.alpaca.fill('o-1', '10', '101', { stream: 0 });
    await given.untilStatus('o-1', 'filled');
    expect(await given.execution.verify()).toEqual([]);
  });

  it('books a fill that comes after the cancel, and says so', async () => {
    await given.listen();
    await given.place('o-1');
    await given.untilStatus('o-1', 'submitted');
    given.alpaca.cancel('o-1');
    await given.untilStatus('o-1', 'cancelled');
    given.alpaca.fill('o-1', '3', '101');
    await until('late_fill to be raised', async () => (await given.raised()).includes('late_fill'));
    expect((await given.execution.readOrder('o-1')).filledQuantity.toString()).toBe('3');
  });
});

describe('reconciliation', () => {
  it('finds nothing where both sides agree', async () => {
    await given.place('o-1');
    await given.brokerSession.submitPending();
    given.alpaca.fill('o-1', '10', '101', { stream: 0 });
    expect(await given.brokerSession.reconcile()).toEqual({
      fillsBooked: 1,
      ordersMoved: 1,
      differences: [],
    });
    expect(await given.brokerSession.reconcile()).toEqual({
      fillsBooked: 0,
      ordersMoved: 0,
      differences: [],
    });
  });

  it('books fills of an order whose acceptance was never heard of', async () => {
    await given.place('o-1');
    given.alpaca.loseNextAnswer();
    await given.brokerSession.submitPending();
    given.alpaca.fill('o-1', '10', '101', { stream: 0 });
    expect(await given.brokerSession.reconcile()).toMatchObject({ fillsBooked: 1, differences: [] });
    expect(await given.status('o-1')).toBe('filled');
    expect(given.alpaca.placed).toEqual(['o-1']);
  });

  it('follows a cancel that was never heard of', async () => {
    await given.place('o-1');
    await given.brokerSession.submitPending();
    given.alpaca.fill('o-1', '4', '101', { stream: 0 });
    given.alpaca.cancel('o-1', { stream: 0 });
    expect(await given.brokerSession.reconcile()).toMatchObject({ fillsBooked: 1, differences: [] });
    expect(await given.execution.readOrder('o-1')).toMatchObject({
      status: 'cancelled',
      reason: 'cancelled at alpaca paper',
    });
  });

  it('flags what nobody can make up for, with both values, once', async () => {
    given.alpaca.placeElsewhere('theirs');
    given.alpaca.fill('theirs', '2', '50', { stream: 0 });
    const { differences } = await given.brokerSession.reconcile();
    expect(differences).toEqual([
      { kind: 'unknown_order_at_broker', id: 'theirs', ours: 'none', theirs: 'buy 5 IBM' },
      { kind: 'position', id: 'IBM', ours: '0', theirs: '2' },
    ]);
    await given.brokerSession.reconcile();
    expect((await given.raised()).sort()).toEqual([
      'reconcile_position',
      'reconcile_unknown_order_at_broker',
      'unknown_order',
    ]);
    expect(await given.execution.verify()).toEqual([]);
  });

  it('books more fills than one page holds', async () => {
    await given.place('o-1', { quantity: '250' });
    await given.brokerSession.submitPending();
    for (let n = 0; n < 250; n += 1) given.alpaca.fill('o-1', '1', '100', { stream: 0 });
    expect(await given.brokerSession.reconcile()).toMatchObject({ fillsBooked: 250, differences: [] });
    expect(await given.status('o-1')).toBe('filled');
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
    const { baseUrl } = given.alpaca;
    const wrong = createAlpacaBroker({ keyId: 'key', secret: 'wrong', baseUrl, ...PATIENT });
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
