import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createServicePool, poolSql } from '@trading/database';
import { createPublisher } from '@trading/event-bus';
import { barStart, openWorld, type World } from './world';

let world: World;
beforeEach(async () => {
  world = await openWorld();
});
afterEach(async () => {
  await world[Symbol.asyncDispose]();
});

/** A bar of a series, flat at a price, and its event. */
async function bar(series: string, day: string, price: number): Promise<void> {
  await using pool = createServicePool({
    url: world.database.serviceUrl('ingestion'),
    service: 'ingestion',
    max: 1,
  });
  await pool.query(
    `INSERT INTO data_ingestion.market_data (symbol, "timestamp", open, high, low, close, volume, data_source)
     VALUES ('AAPL', $1, $2, $2, $2, $2, 1000, $3)`,
    [barStart(day), price, series],
  );
  await createPublisher({ service: 'ingestion' }).publish(poolSql(pool), 'market_data_updated', {
    symbol: 'AAPL',
    dataSource: series,
    from: barStart(day),
    to: barStart(day),
    inserted: 1,
    updated: 0,
  });
}

const marked = async () =>
  (
    await world.owner.query(
      `SELECT quantity::int, mark_price::int, mark_source FROM execution.positions WHERE account_id = 'A'`,
    )
  ).rows;
const fills = async () =>
  (await world.owner.query('SELECT order_id, price::int FROM execution.trades ORDER BY id')).rows;

describe('bars that were taken back', () => {
  it('leave no mark and no clock behind, and the next real bar marks again', async () => {
    await bar('polygon', '2024-06-03', 100);
    await world.settle();
    await world.signal('2024-06-03', '1000', { tradingSource: 'polygon' });
    await world.settle();
    await bar('polygon', '2024-06-04', 110);
    await bar('polygon', '2024-12-02', 9_999);
    await world.settle();
    expect(await marked()).toMatchObject([{ mark_price: 9_999 }]);
    await world.owner.query(`DELETE FROM data_ingestion.market_data WHERE "timestamp" = $1`, [
      '2024-12-02T04:00:00Z',
    ]);
    const range = {
      symbol: 'AAPL',
      dataSource: 'polygon',
      from: new Date('2024-12-01'),
      to: new Date('2024-12-31'),
    };

    expect(await world.execution.forgetBars(range)).toEqual({ positions: 1, fills: [] });
    expect(await marked()).toMatchObject([{ mark_price: 110 }]);
    expect((await world.published('position_updated')).at(-1)).toMatchObject({
      markPrice: '110.0000',
      cause: 'mark',
    });
    expect(await world.execution.forgetBars(range)).toEqual({ positions: 0, fills: [] });
    expect(await world.execution.forgetBars({ ...range, from: new Date('2024-06-01') })).toMatchObject({
      fills: [{ accountId: 'A', price: '110.0000' }],
    });

    await bar('polygon', '2024-06-05', 120);
    await world.settle();
    expect(await marked()).toMatchObject([{ mark_price: 120 }]);
  });
});

describe('the series at which an order fills', () => {
  it("is its strategy's, whichever series' bars come first, and marks its position", async () => {
    await bar('yahoo', '2024-06-03', 50);
    await bar('polygon', '2024-06-03', 100);
    await world.settle();
    await world.signal('2024-06-03', '1000', { tradingSource: 'polygon' });
    await world.settle();
    await bar('yahoo', '2024-06-04', 60);
    await world.settle();
    expect(await fills()).toEqual([]);
    await bar('polygon', '2024-06-04', 110);
    await bar('yahoo', '2024-06-05', 70);
    await world.settle();
    expect(await fills()).toEqual([{ order_id: 'o-sma-AAPL-2024-06-03', price: 110 }]);
    expect(await marked()).toEqual([{ quantity: 10, mark_price: 110, mark_source: 'polygon' }]);
    await bar('polygon', '2024-06-05', 120);
    await world.settle();
    expect(await marked()).toEqual([{ quantity: 10, mark_price: 120, mark_source: 'polygon' }]);
    expect(await world.execution.verify()).toEqual([]);
  });

  it("is its account's where somebody placed it by hand, else that of every account, else yahoo", async () => {
    for (const series of ['yahoo', 'polygon', 'iex']) await bar(series, '2024-06-03', 100);
    const place = async (orderId: string) => {
      const order = await world.execution.placeOrder({
        orderId,
        accountId: 'A',
        symbol: 'AAPL',
        side: 'buy',
        quantity: String(orderId.length),
        decidedAt: new Date(barStart('2024-06-03')),
      });
      return [order.status, order.tradingSource];
    };
    expect(await place('a')).toEqual(['submitted', 'yahoo']);
    await world.execution.series.set({ accountId: '*', tradingSource: 'iex' });
    expect(await place('ab')).toEqual(['submitted', 'iex']);
    await world.execution.series.set({ accountId: 'A', tradingSource: 'polygon' });
    expect(await place('abc')).toEqual(['submitted', 'polygon']);
    expect(await world.execution.series.list()).toEqual([
      { accountId: '*', tradingSource: 'iex' },
      { accountId: 'A', tradingSource: 'polygon' },
    ]);
    await expect(
      world.execution.series.set({ accountId: 'A', tradingSource: 'nowhere' }),
    ).rejects.toMatchObject({ code: 'MODEL.INVALID_DATA_SOURCE' });
    // Each keeps its own; the position is marked by the series of the order that opened it.
    await bar('polygon', '2024-06-04', 103);
    await bar('yahoo', '2024-06-04', 101);
    await bar('iex', '2024-06-04', 102);
    await world.settle();
    expect(await fills()).toEqual([
      { order_id: 'abc', price: 103 },
      { order_id: 'a', price: 101 },
      { order_id: 'ab', price: 102 },
    ]);
    expect(await marked()).toMatchObject([{ quantity: 6, mark_source: 'polygon' }]);
  });
});
