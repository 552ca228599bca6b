import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { inTransaction } from '@trading/database';
import { barStart, openWorld, type World } from './world';

let world: World;
beforeAll(async () => {
  world = await openWorld();
  await world.storeBar('2024-06-03', [99, 101, 98, 100]);
  await world.execution.placeOrder({
    orderId: 'there',
    accountId: 'A',
    symbol: 'AAPL',
    side: 'buy',
    quantity: '1',
    decidedAt: new Date(barStart('2024-06-03')),
  });
});
afterAll(async () => {
  await world?.[Symbol.asyncDispose]();
});

/** Runs a statement as execution's own role, and takes it back. */
async function asExecution(text: string): Promise<string> {
  const done = new Error('done');
  try {
    await inTransaction(world.pool, async (tx) => {
      await tx.query(text);
      throw done;
    });
  } catch (error) {
    return error === done ? 'allowed' : (error as { code: string }).code;
  }
  return 'allowed';
}

describe("execution's role", () => {
  it.each([
    `INSERT INTO execution.orders (order_id, account_id, symbol, side, order_type, quantity, decided_at, trading_source, status)
     VALUES ('past-risk', 'A', 'AAPL', 'buy', 'market', 5000000, now(), 'yahoo', 'submitted')`,
    `UPDATE execution.orders SET quantity = 5000000 WHERE order_id = 'there'`,
    `UPDATE execution.orders SET status = 'cancelled' WHERE order_id = 'there'`,
    `DELETE FROM execution.orders`,
    `INSERT INTO execution.trades (trade_id, order_id, account_id, symbol, side, quantity, price, executed_at, execution_id)
     VALUES ('t', 'there', 'A', 'AAPL', 'buy', 1, 100, now(), 'x')`,
    `UPDATE execution.trades SET price = 1`,
    `DELETE FROM execution.trades`,
    `INSERT INTO execution.positions (account_id, symbol, quantity, avg_price) VALUES ('A', 'MSFT', 0, 0)`,
    `UPDATE execution.positions SET quantity = 5000000`,
    `DELETE FROM execution.positions`,
    `INSERT INTO execution.execution_logs (order_id, to_status, event) VALUES ('there', 'filled', 'fill')`,
    `UPDATE execution.execution_logs SET event = 'x'`,
    `DELETE FROM execution.execution_logs`,
    `SELECT execution.place_order('past-risk', 'A', 'AAPL', 'buy', 'market', 'day', 5000000, NULL, NULL, NULL, NULL, NULL, now(),
       'yahoo', NULL, NULL, true, NULL, 'c', NULL)`,
    `SELECT execution.book_fill('there', 'A', 'x', 1, 100, 0, now(), NULL, 'c', NULL)`,
    `SELECT execution.move_order('there', 'submitted', 'filled', 'x', NULL, NULL, NULL, now(), 'c', NULL)`,
  ])('may not pass by risk or write the books itself: %s', async (text) => {
    expect(await asExecution(text)).toBe('DATABASE.PERMISSION_DENIED');
  });

  it('places an order only through risk, which denies one beyond a limit', async () => {
    const placed = {
      orderId: 'too-big',
      accountId: 'A',
      symbol: 'AAPL',
      side: 'buy',
      orderType: 'market',
      timeInForce: 'day',
      quantity: '5000000',
      decidedAt: barStart('2024-06-03'),
      onPaper: true,
      correlationId: 'c',
    };
    const { rows } = await world.pool.query(
      'SELECT status, filled_quantity, reason FROM execution.place_orders($1)',
      [JSON.stringify([placed])],
    );
    expect(rows).toEqual([
      {
        status: 'rejected',
        filled_quantity: '0.0000',
        reason: 'denied: max_order_quantity is 1000000, the order would make it 5000000',
      },
    ]);
  });

  it.each([
    ['no account', { accountId: undefined }],
    ['a side that is none', { side: 'up' }],
    ['no quantity', { quantity: 'NaN' }],
    ['no moment', { decidedAt: 'infinity' }],
  ])('is refused an order with %s', async (_what, change) => {
    const placed = {
      orderId: 'bad',
      accountId: 'A',
      symbol: 'AAPL',
      side: 'buy',
      orderType: 'market',
      timeInForce: 'day',
      quantity: '1',
      decidedAt: barStart('2024-06-03'),
      onPaper: true,
      ...change,
    };
    const { rows } = await world.pool.query('SELECT count(*)::int AS orders FROM execution.orders');
    await expect(
      world.pool.query('SELECT FROM execution.place_orders($1)', [JSON.stringify([placed])]),
    ).rejects.toThrow();
    expect((await world.pool.query('SELECT count(*)::int AS orders FROM execution.orders')).rows).toEqual(
      rows,
    );
  });
});
