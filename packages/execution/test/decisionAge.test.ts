import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type BrokerWorld, openBrokerWorld } from './brokerWorld';
import { LONG_AGO } from './world';

let given: BrokerWorld;
beforeEach(async () => {
  given = await openBrokerWorld();
});
afterEach(async () => {
  await given[Symbol.asyncDispose]();
});

const setAge = (seconds: string) => given.world.risk.limits.set('A', 'max_decision_age', seconds);
const denials = async () =>
  (await given.world.risk.events.list()).map(({ eventType, data }) => [
    eventType,
    data.limit,
    data.limitValue,
  ]);

describe('a decision for an account at a remote broker', () => {
  it('of long ago is denied unless somebody set another limit, with limit, value and age', async () => {
    await given.world.risk.limits.clear('A', 'max_decision_age');
    const order = await given.place('old');
    expect(order.status).toBe('rejected');
    expect(order.reason).toMatch(/^denied: max_decision_age is 129600, the order was decided \d+ s ago$/);
    expect(await denials()).toEqual([['order_denied', 'max_decision_age', '129600']]);
    expect(await given.brokerSession.submitPending()).toBe(0);
    expect(given.alpaca.order('old')).toBeUndefined();
  });

  it('of long ago is denied too where it only reduces what is held', async () => {
    await given.listen();
    await given.working('bought');
    given.alpaca.fill('bought', '10', '100');
    await given.untilStatus('bought', 'filled');
    await setAge('60');
    expect(await given.place('sold', { side: 'sell' })).toMatchObject({ status: 'rejected' });
  });

  it('of long ago trades on paper as before', async () => {
    await setAge('60');
    const order = await given.world.execution.placeOrder({
      orderId: 'replayed',
      accountId: 'paper',
      symbol: 'AAPL',
      side: 'buy',
      quantity: '1',
      decidedAt: new Date('2024-06-03T20:00:00Z'),
    });
    // Not by its age: the account has no limits at all.
    expect(order.reason).toMatch(/has no active limit/);
  });

  it('that waited too long for its broker is denied when it is to be handed over', async () => {
    expect(await given.place('waited')).toMatchObject({ status: 'pending' });
    await setAge('60');
    expect(await given.brokerSession.submitPending()).toBe(0);
    const order = await given.execution.readOrder('waited');
    expect([order.status, order.reason]).toEqual([
      'rejected',
      expect.stringMatching(/^denied: max_decision_age is 60, the order was decided \d+ s ago$/),
    ]);
    expect(given.alpaca.order('waited')).toBeUndefined();
    expect(await denials()).toEqual([['order_denied', 'max_decision_age', '60']]);
    // Not again, whatever the limit is by then.
    await setAge(LONG_AGO);
    expect(await given.brokerSession.submitPending()).toBe(0);
    expect(await given.world.execution.verify({ accountId: 'A' })).toEqual([]);
  });

  it('that the broker has already is not denied', async () => {
    await given.place('there');
    given.alpaca.loseNextAnswer();
    expect(await given.brokerSession.submitPending()).toBe(0);
    await setAge('60');
    await given.brokerSession.submitPending();
    expect(await given.execution.readOrder('there')).toMatchObject({ status: 'submitted' });
  });
});
