import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createExecutionService, createPaperBroker, type OrderRequest } from '../src';
import { barStart, openWorld, type World } from './world';

let world: World;
beforeEach(async () => {
  world = await openWorld();
  await world.storeBar('2024-06-03', [99, 101, 98, 100]);
});
afterEach(async () => {
  await world[Symbol.asyncDispose]();
});

const LIMIT: OrderRequest = {
  orderId: 'l-1',
  accountId: 'A',
  symbol: 'AAPL',
  side: 'buy',
  orderType: 'limit',
  timeInForce: 'gtc',
  price: '95',
  quantity: '10',
  decidedAt: new Date(barStart('2024-06-03')),
};

async function logOf(orderId: string): Promise<string[]> {
  const { rows } = await world.owner.query<{ event: string }>(
    'SELECT event FROM execution.execution_logs WHERE order_id = $1 ORDER BY id',
    [orderId],
  );
  return rows.map(({ event }) => event);
}

describe('an order', () => {
  it('placed twice under one id is one order', async () => {
    const placed = await Promise.all(Array.from({ length: 6 }, () => world.execution.placeOrder(LIMIT)));
    expect(new Set(placed.map(({ orderId }) => orderId)).size).toBe(1);
    expect(await logOf('l-1')).toEqual(['created', 'submitted']);
    expect(await world.published('order_updated')).toHaveLength(2);
  });

  it('placed under the id of another order is refused', async () => {
    await world.execution.placeOrder(LIMIT);
    await expect(
      world.execution.placeOrder({ ...LIMIT, quantity: '11', side: 'sell' }),
    ).rejects.toMatchObject({
      code: 'EXECUTION.ORDER_ID_TAKEN',
      message: 'order l-1 is there already with another side, quantity: a new order needs a new id',
    });
  });

  it('that the paper broker refuses is rejected', async () => {
    const refusing = createExecutionService({
      pool: world.pool,
      broker: createPaperBroker({ rejectRate: 1 }),
    });
    expect(await refusing.placeOrder(LIMIT)).toMatchObject({
      status: 'rejected',
      reason: 'rejected: by the paper broker, as its reject rate asks for',
    });
  });

  it('is cancelled once', async () => {
    await world.execution.placeOrder(LIMIT);
    expect(await world.execution.cancelOrder('l-1', 'changed my mind')).toMatchObject({
      status: 'cancelled',
      reason: 'changed my mind',
    });
    expect(await world.execution.cancelOrder('l-1', 'again')).toMatchObject({
      status: 'cancelled',
      reason: 'changed my mind',
    });
    expect(await logOf('l-1')).toEqual(['created', 'submitted', 'cancelled']);
  });

  it('can not be cancelled under a halt, nor when there is none', async () => {
    await world.execution.placeOrder(LIMIT);
    await world.risk.killSwitches.kill({ scope: 'all' }, { level: 'halt', reason: 'broker down', by: 'ann' });
    await expect(world.execution.cancelOrder('l-1', 'x')).rejects.toMatchObject({
      code: 'EXECUTION.CANCEL_REFUSED',
      message: "order l-1 can't be cancelled: kill switch (all): halted by ann: broker down",
    });
    await expect(world.execution.cancelOrder('none', 'x')).rejects.toMatchObject({
      code: 'EXECUTION.UNKNOWN_ORDER',
    });
  });

  it('is replaced in one step, and its limits move with it', async () => {
    await world.risk.limits.setPosition('A', 'AAPL', { maxQuantity: '15' });
    await world.execution.placeOrder(LIMIT);
    const replaced = await world.execution.replaceOrder('l-1', {
      orderId: 'l-2',
      quantity: '15',
      price: '96',
      decidedAt: new Date(barStart('2024-06-03')),
    });
    expect([replaced.status, replaced.quantity.toString(), replaced.price?.toString()]).toEqual([
      'submitted',
      '15',
      '96',
    ]);
    expect(await world.execution.readOrder('l-1')).toMatchObject({
      status: 'cancelled',
      reason: 'replaced by l-2',
    });
  });

  it('works on where its replacement is denied', async () => {
    await world.risk.limits.setPosition('A', 'AAPL', { maxQuantity: '15' });
    await world.execution.placeOrder(LIMIT);
    const denied = await world.execution.replaceOrder('l-1', {
      orderId: 'l-2',
      quantity: '16',
      decidedAt: new Date(barStart('2024-06-03')),
    });
    expect(denied.status).toBe('rejected');
    expect(await world.execution.readOrder('l-1')).toMatchObject({ status: 'submitted' });
    expect(await logOf('l-1')).toEqual(['created', 'submitted']);
    expect(
      (await world.published('order_updated')).map(({ orderId, status }) => `${orderId} ${status}`),
    ).toEqual(['l-1 pending', 'l-1 submitted', 'l-2 rejected']);
    expect((await world.risk.events.list()).map(({ riskEventId }) => riskEventId)).toEqual(['denied:l-2']);
  });

  it('can not be replaced once it is done', async () => {
    await world.execution.placeOrder(LIMIT);
    await world.execution.cancelOrder('l-1', 'x');
    await expect(world.execution.replaceOrder('l-1', { orderId: 'l-2' })).rejects.toMatchObject({
      code: 'EXECUTION.NOT_REPLACEABLE',
      message: "order l-1 can't be replaced: it is cancelled",
    });
  });

  it.each([
    [{ price: undefined }, "price is 'missing': a limit order needs one"],
    [{ orderType: 'market' }, "price is '95': a market order has none"],
    [{ quantity: '0' }, "quantity is '0': it must be above 0"],
    [{ accountId: '' }, "accountId is '': it must have 1 to 50 characters"],
    [
      { orderType: 'stop', price: undefined, stopPrice: '99', timeInForce: 'ioc' },
      "timeInForce is 'ioc': a stop order waits for its stop: it is day or gtc",
    ],
  ])('that makes no sense is refused: %p', async (change, message) => {
    const { price, ...rest } = { ...LIMIT, ...change } as OrderRequest;
    await expect(
      world.execution.placeOrder(price === undefined ? rest : { ...rest, price }),
    ).rejects.toMatchObject({ code: 'EXECUTION.INVALID_ORDER', message });
  });
});
