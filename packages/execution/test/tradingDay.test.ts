import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { barStart, openWorld, type World } from './world';

let world: World;
beforeEach(async () => {
  world = await openWorld();
});
afterEach(async () => {
  await world[Symbol.asyncDispose]();
});

async function day(date: string, prices: readonly [number, number, number, number]): Promise<void> {
  await world.storeBar(date, prices);
  await world.announceBars(date, date);
  await world.settle();
}

describe('a trading day', () => {
  it('turns a signal into an order that fills at the next open and is marked at the close', async () => {
    await day('2024-06-03', [99, 101, 98, 100]);
    await world.signal('2024-06-03', '50050');
    await world.settle();
    expect(await world.execution.readOrder('o-sma-AAPL-2024-06-03')).toMatchObject({
      status: 'submitted',
      signalId: 'sma-AAPL-2024-06-03',
    });
    await day('2024-06-04', [102, 105, 101, 104]);

    const order = await world.execution.readOrder('o-sma-AAPL-2024-06-03');
    expect({
      status: order.status,
      quantity: order.quantity.toString(),
      price: order.avgFillPrice?.toString(),
    }).toEqual({
      status: 'filled',
      quantity: '500',
      price: '102',
    });
    expect(
      (await world.published('order_updated')).map(({ previousStatus, status }) => [previousStatus, status]),
    ).toEqual([
      [null, 'pending'],
      ['pending', 'submitted'],
      ['submitted', 'filled'],
    ]);
    expect(await world.published('trade_executed')).toMatchObject([
      {
        orderId: 'o-sma-AAPL-2024-06-03',
        quantity: '500',
        price: '102',
        side: 'buy',
        executedAt: barStart('2024-06-04'),
      },
    ]);
    expect(
      (await world.published('position_updated')).map(({ cause, quantity, markPrice, unrealizedPnl }) => [
        cause,
        quantity,
        markPrice,
        Number(unrealizedPnl),
      ]),
    ).toEqual([
      ['fill', '500.0000', '102.0000', 0],
      ['mark', '500.0000', '104.0000', 1000],
    ]);
    const { rows } = await world.owner.query(
      'SELECT settlement_date::text, position_seq, correlation_id IS NOT NULL AS correlated FROM execution.trades',
    );
    expect(rows).toEqual([{ settlement_date: '2024-06-05', position_seq: '1', correlated: true }]);
  });

  it('goes flat on a signal of nothing, and realises', async () => {
    await day('2024-06-03', [99, 101, 98, 100]);
    await world.signal('2024-06-03', '10000');
    await world.settle();
    await day('2024-06-04', [102, 105, 101, 104]);
    await world.signal('2024-06-04', '0');
    await world.settle();
    await day('2024-06-05', [110, 111, 109, 110]);
    const { rows } = await world.owner.query(
      'SELECT quantity, cost_basis, realized_pnl, unrealized_pnl, trade_count FROM execution.positions',
    );
    expect(rows).toEqual([
      {
        quantity: '0.0000',
        cost_basis: '0.00000000',
        realized_pnl: '800.00000000',
        unrealized_pnl: '0.0000',
        trade_count: '2',
      },
    ]);
  });

  it('counts working orders when it sizes the next one', async () => {
    await day('2024-06-03', [99, 101, 98, 100]);
    await world.signal('2024-06-03', '10000');
    await world.signal('2024-06-03', '15000', { signalId: 'second' });
    await world.settle();
    expect((await world.execution.readOrder('o-second')).quantity.toString()).toBe('50');
    await world.signal('2024-06-03', '15000', { signalId: 'third' });
    await world.settle();
    await expect(world.execution.readOrder('o-third')).rejects.toMatchObject({
      code: 'EXECUTION.UNKNOWN_ORDER',
    });
  });

  it('gives the same fills and marks when the market was handled before the signal', async () => {
    await world.storeBar('2024-06-03', [99, 101, 98, 100]);
    await world.announceBars('2024-06-03', '2024-06-03');
    await world.storeBar('2024-06-04', [102, 105, 101, 104]);
    await world.announceBars('2024-06-04', '2024-06-04');
    await world.settle();
    await world.signal('2024-06-03', '50050');
    await world.settle();
    expect((await world.execution.readOrder('o-sma-AAPL-2024-06-03')).avgFillPrice?.toString()).toBe('102');
    expect(
      (await world.published('position_updated')).map(({ cause, markPrice }) => [cause, markPrice]),
    ).toEqual([
      ['fill', '102.0000'],
      ['mark', '104.0000'],
    ]);
  });

  it('matches a range of bars one by one', async () => {
    await day('2024-06-03', [99, 101, 98, 100]);
    const placed = await world.execution.placeOrder({
      orderId: 'limit-1',
      accountId: 'A',
      symbol: 'AAPL',
      side: 'buy',
      orderType: 'limit',
      timeInForce: 'gtc',
      price: '95',
      quantity: '10',
      decidedAt: new Date(barStart('2024-06-03')),
    });
    expect(placed.status).toBe('submitted');
    await world.storeBar('2024-06-04', [99, 100, 96, 97]);
    await world.storeBar('2024-06-05', [96, 97, 94, 95]);
    await world.storeBar('2024-06-06', [90, 91, 89, 90]);
    await world.announceBars('2024-06-04', '2024-06-06');
    await world.settle();
    expect(await world.published('trade_executed')).toMatchObject([
      { price: '95', executedAt: barStart('2024-06-05') },
    ]);
  });

  it('ends a day order that did not fill', async () => {
    await day('2024-06-03', [99, 101, 98, 100]);
    await world.execution.placeOrder({
      orderId: 'limit-1',
      accountId: 'A',
      symbol: 'AAPL',
      side: 'buy',
      orderType: 'limit',
      price: '95',
      quantity: '10',
      decidedAt: new Date(barStart('2024-06-03')),
    });
    await day('2024-06-04', [99, 100, 96, 97]);
    expect(await world.execution.readOrder('limit-1')).toMatchObject({
      status: 'cancelled',
      reason: 'expired: day order at the end of its session',
    });
  });

  it('stores a denied order as rejected, with its risk event', async () => {
    await day('2024-06-03', [99, 101, 98, 100]);
    await world.signal('2024-06-03', '250000');
    await world.settle();
    expect(await world.execution.readOrder('o-sma-AAPL-2024-06-03')).toMatchObject({
      status: 'rejected',
      reason: 'denied: max_order_notional is 200000, the order would make it 250000',
    });
    expect(await world.published('risk_event_raised')).toMatchObject([
      {
        eventType: 'order_denied',
        severity: 'warning',
        data: { limit: 'max_order_notional', limitValue: '200000', observed: '250000' },
      },
    ]);
  });

  it('denies a signal that it can not size for want of a price', async () => {
    await world.signal('2024-06-03', '1000');
    await world.settle();
    expect(await world.published('risk_event_raised')).toMatchObject([
      { eventType: 'order_denied', data: { limit: 'reference_price' } },
    ]);
  });
});
