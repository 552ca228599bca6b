import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { until } from '@trading/testing';
import { type BrokerWorld, openBrokerWorld } from './brokerWorld';

let given: BrokerWorld;
beforeEach(async () => {
  given = await openBrokerWorld();
});
afterEach(async () => {
  await given[Symbol.asyncDispose]();
});

const AT = '2024-06-03T19:30:00.125Z';
const filled = async (orderId: string) =>
  (await given.execution.readOrder(orderId)).filledQuantity.toString();
const booked = async () =>
  (
    await given.world.owner.query<{ quantity: string; price: string; kind: string }>(
      'SELECT quantity::float8::text AS quantity, price::float8::text AS price, kind FROM execution.trades ORDER BY id',
    )
  ).rows.map(({ quantity, price, kind }) => `${kind} ${quantity} at ${price}`);

describe('an execution that the stream and the history name differently', () => {
  it('is booked once, heard first and asked for later', async () => {
    await given.listen();
    await given.working('o-1');
    given.alpaca.fill('o-1', '4', '100.5', { activityId: 'its-other-name' });
    await until('4 to be filled', async () => (await filled('o-1')) === '4');
    expect(await given.brokerSession.reconcile()).toEqual({
      fillsBooked: 0,
      ordersMoved: 0,
      differences: [],
    });
    expect(await booked()).toEqual(['fill 4 at 100.5']);
  });

  it('is booked once, asked for first and heard later', async () => {
    await given.listen();
    await given.working('o-1');
    const late = given.alpaca.fill('o-1', '4', '100.5', { stream: 0, activityId: 'its-other-name' });
    expect(await given.brokerSession.reconcile()).toMatchObject({ fillsBooked: 1, differences: [] });
    late.tell();
    late.tell();
    given.alpaca.fill('o-1', '6', '101');
    await given.untilStatus('o-1', 'filled');
    expect(await booked()).toEqual(['fill 4 at 100.5', 'fill 6 at 101']);
    expect(await given.raised()).toEqual([]);
  });

  it('is not taken for another that looks the same', async () => {
    await given.listen();
    await given.working('o-1');
    // Alike in all but name, in one millisecond: the stream loses the second.
    given.alpaca.fill('o-1', '4', '100.5', { activityId: 'a', at: AT });
    given.alpaca.fill('o-1', '4', '100.5', { activityId: 'b', at: AT, stream: 0 });
    await until('4 to be filled', async () => (await filled('o-1')) === '4');
    expect(await given.brokerSession.reconcile()).toMatchObject({ fillsBooked: 1, differences: [] });
    expect(await given.brokerSession.reconcile()).toMatchObject({ fillsBooked: 0, differences: [] });
    expect(await filled('o-1')).toBe('8');
  });

  it('neither where both have one name for each, and the history tells them in another order', async () => {
    await given.listen();
    await given.working('o-1');
    given.alpaca.fill('o-1', '4', '100.5', { at: AT, stream: 0 });
    given.alpaca.fill('o-1', '4', '100.5', { at: AT });
    await until('4 to be filled', async () => (await filled('o-1')) === '4');
    expect(await given.brokerSession.reconcile()).toMatchObject({ fillsBooked: 1, differences: [] });
    expect(await given.brokerSession.reconcile()).toMatchObject({ fillsBooked: 0, differences: [] });
    expect(await filled('o-1')).toBe('8');
    expect(await given.execution.verify()).toEqual([]);
  });
});

describe('an execution that the broker takes back', () => {
  it('is corrected by an entry of its own, once', async () => {
    await given.listen();
    await given.working('o-1');
    const { executionId } = given.alpaca.fill('o-1', '10', '100.5');
    await given.untilStatus('o-1', 'filled');
    given.alpaca.bust(executionId);
    await until('trade_busted to be raised', async () => (await given.raised()).includes('trade_busted'));
    expect(await booked()).toEqual(['fill 10 at 100.5', 'bust 10 at 100.5']);
    expect(await given.brokerSession.reconcile()).toMatchObject({ fillsBooked: 0, differences: [] });
  });

  it('is found by the name that the other source gave it', async () => {
    await given.listen();
    await given.working('o-1');
    const late = given.alpaca.fill('o-1', '10', '100.5', { stream: 0, activityId: 'its-other-name' });
    await given.brokerSession.reconcile();
    late.tell();
    await until(
      'both names of it',
      async () => (await given.world.owner.query(`SELECT FROM execution.execution_names`)).rowCount === 2,
    );
    given.alpaca.bust(late.executionId);
    await until('trade_busted to be raised', async () => (await given.raised()).includes('trade_busted'));
    expect(await booked()).toEqual(['fill 10 at 100.5', 'bust 10 at 100.5']);
  });

  it('is raised where it was never booked', async () => {
    await given.listen();
    await given.working('o-1');
    const { executionId } = given.alpaca.fill('o-1', '10', '100.5', { stream: 0 });
    given.alpaca.bust(executionId);
    await until('unknown_bust to be raised', async () => (await given.raised()).includes('unknown_bust'));
    expect(await booked()).toEqual([]);
  });

  it('and put right is booked at what it was', async () => {
    await given.listen();
    await given.working('o-1');
    const { executionId } = given.alpaca.fill('o-1', '10', '100.5');
    await given.untilStatus('o-1', 'filled');
    given.alpaca.correct(executionId, '10', '100.25');
    await until('the fill in its place', async () => (await booked()).length === 3);
    expect(await booked()).toEqual(['fill 10 at 100.5', 'bust 10 at 100.5', 'fill 10 at 100.25']);
    expect((await given.execution.readOrder('o-1')).avgFillPrice?.toString()).toBe('100.25');
    expect(await given.brokerSession.reconcile()).toMatchObject({ fillsBooked: 0, differences: [] });
    expect(await given.execution.verify()).toEqual([]);
    expect(given.errors).toEqual([]);
  });
});

it('books parts that come in another order, and twice, as what they are', async () => {
  await given.listen();
  await given.working('o-1');
  const parts = ['1', '2', '3', '4'].map((quantity) =>
    given.alpaca.fill('o-1', quantity, `10${quantity}`, { stream: 0 }),
  );
  for (const part of [...parts.toReversed(), ...parts]) part.tell();
  await given.untilStatus('o-1', 'filled');
  expect((await booked()).toSorted()).toEqual(['1', '2', '3', '4'].map((n) => `fill ${n} at 10${n}`));
  expect(await given.brokerSession.reconcile()).toEqual({ fillsBooked: 0, ordersMoved: 0, differences: [] });
  expect(await given.raised()).toEqual([]);
});
