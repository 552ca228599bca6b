import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Desk, openDesk } from './desk';

let desk: Desk;
beforeAll(async () => {
  desk = await openDesk();
});
afterAll(async () => {
  await desk?.[Symbol.asyncDispose]();
});

/** What an expression of risk's functions comes to, as text. */
async function resultOf(expression: string): Promise<string | null> {
  const { rows } = await desk.owner.query<{ value: string | null }>(
    `SELECT (risk_management.${expression})::text AS value`,
  );
  return rows[0]?.value ?? null;
}

describe('the parts of the decision on an order', () => {
  it.each([
    // Held 10, buys of 5 and sells of 4 at work.
    ["only_reduces('sell', 6, 10, 5, 4)", 'true'],
    ["only_reduces('sell', 7, 10, 5, 4)", 'false'],
    ["only_reduces('buy', 5, -10, 5, 4)", 'true'],
    ["only_reduces('buy', 6, -10, 5, 4)", 'false'],
    ["only_reduces('buy', 1, 0, 0, 0)", 'false'],
    ["position_after('buy', 3, 10, 5, 4)", '18'],
    ["position_after('sell', 3, 10, 5, 4)", '-3'],
    ["symbol_quantity_after('buy', 3, 10, 5, 4)", '18'],
    ["symbol_quantity_after('sell', 30, 10, 5, 4)", '24'],
    ["symbol_quantity_after('sell', 1, -10, 2, 4)", '15'],
    ['distance_from_price(110, NULL, 100)', '0.10000000000000000000'],
    ['distance_from_price(110, 70, 100)', '0.30000000000000000000'],
    ['distance_from_price(NULL, NULL, 100)', '0.00000000000000000000'],
    [
      "seconds_outside_session('2024-06-04T13:29:00Z', '2024-06-04T13:30:00Z', '2024-06-04T20:00:00Z')",
      '60.000000',
    ],
    [
      "seconds_outside_session('2024-06-04T20:00:05Z', '2024-06-04T13:30:00Z', '2024-06-04T20:00:00Z')",
      '5.000000',
    ],
    ["seconds_outside_session('2024-06-04T15:00:00Z', '2024-06-04T13:30:00Z', '2024-06-04T20:00:00Z')", '0'],
    // A session of another date is none.
    ["seconds_outside_session('2024-06-05T15:00:00Z', '2024-06-04T13:30:00Z', '2024-06-04T20:00:00Z')", null],
    ["seconds_outside_session('2024-06-04T15:00:00Z', NULL, NULL)", null],
    ["loss_today('2024-06-04', 100, 70, 40, '2024-06-04T15:00:00Z')", '60'],
    // The monitor has not seen the day: it opens at what the monitor saw last.
    ["loss_today('2024-06-03', 100, 70, 40, '2024-06-04T15:00:00Z')", '30'],
    ["loss_today(NULL, NULL, NULL, -5, '2024-06-04T15:00:00Z')", '5'],
    ["loss_today('2024-06-04', 100, 70, 130, '2024-06-04T15:00:00Z')", '0'],
    ['below_peak(1000, 250, 0)', '0.20000000000000000000'],
    ['below_peak(1000, 250, 300)', '0.00000000000000000000'],
    ['below_peak(NULL, 250, 0)', null],
    [
      "missing_limits('A', '{max_order_quantity}')",
      'account A has no active limit for max_order_notional, max_gross_exposure',
    ],
    [
      "missing_limits('A', NULL)",
      'account A has no active limit for max_order_quantity, max_order_notional, max_gross_exposure',
    ],
    ["missing_limits('A', '{max_gross_exposure,max_order_notional,max_order_quantity,price_collar}')", null],
    ["denial_reason('max_price_age', 60, 61)", 'max_price_age is 60, the last price is 61 s old'],
    ["denial_reason('max_decision_age', 60, 61)", 'max_decision_age is 60, the order was decided 61 s ago'],
    ["denial_reason('max_order_quantity', 5, 6)", 'max_order_quantity is 5, the order would make it 6'],
    ['check_pair(5.00, 4.50)', '["5", "4.5"]'],
    ['check_pair(NULL, 4.50)', null],
    ["max_decision_age('nobody', NULL)", '129600'],
  ])('%s is %s', async (expression, value) => {
    expect(await resultOf(expression)).toBe(value);
  });

  it('take the tighter of an account and its strategy, and keep apart whose limit it is', async () => {
    await desk.risk.limits.set('A', 'max_order_quantity', '10', { strategyId: 'trend' });
    await desk.risk.limits.set('A', 'max_decision_age', '90');
    await desk.risk.limits.set('A', 'max_decision_age', '30', { strategyId: 'trend' });
    const limitsOf = async (strategy: string | null) =>
      (
        await desk.owner.query(
          `SELECT max_order_quantity::int, max_price_age::int, max_outside_session,
                  account_types @> '{max_order_quantity}' AS own, risk_management.max_decision_age('A', $1)::int AS age
             FROM risk_management.binding_limits('A', $1)`,
          [strategy],
        )
      ).rows[0];
    expect(await limitsOf('trend')).toEqual({
      max_order_quantity: 10,
      max_price_age: 432000,
      max_outside_session: null,
      own: true,
      age: 30,
    });
    expect(await limitsOf(null)).toMatchObject({ max_order_quantity: 1000000, age: 90 });
  });

  it("take a symbol's own cap in the place of that of every other", async () => {
    await desk.risk.limits.setPosition('A', '*', { maxQuantity: '100', maxOutsideSession: '5' });
    await desk.risk.limits.setPosition('A', 'IBM', { maxNotional: '900' });
    const capOf = async (symbol: string) =>
      (
        await desk.owner.query(
          `SELECT max_quantity::int, max_notional::int, max_outside_session::int FROM risk_management.position_cap('A', $1)`,
          [symbol],
        )
      ).rows[0];
    expect(await capOf('IBM')).toEqual({ max_quantity: null, max_notional: 900, max_outside_session: 5 });
    expect(await capOf('AAPL')).toEqual({ max_quantity: 100, max_notional: null, max_outside_session: 5 });
  });

  it('see what an account holds, may still buy and sell, and is worth', async () => {
    await desk.risk.limits.openAccount('E', '100000');
    await desk.hold('E', '30');
    await desk.hold('E', '20', 'MSFT');
    await desk.ask({ account: 'E', symbol: 'AAPL', quantity: '5' });
    await desk.ask({ account: 'E', symbol: 'AAPL', side: 'sell', quantity: '7' });
    await desk.ask({ account: 'E', symbol: 'MSFT', quantity: '3' });
    const { rows } = await desk.owner.query(
      `SELECT held::int, buys::int, sells::int, price::int, others::int, pnl::int
         FROM risk_management.exposure('E', 'AAPL')`,
    );
    expect(rows).toEqual([{ held: 30, buys: 5, sells: 7, price: 100, others: 2300, pnl: 0 }]);
  });

  it.each([
    ['an order without a symbol', `'o', 'A', NULL, 'buy', 'market', 1, NULL, NULL, now(), 'yahoo'`],
    ['a quantity that is none', `'o', 'A', 'AAPL', 'buy', 'market', 'NaN', NULL, NULL, now(), 'yahoo'`],
    ['a price below nothing', `'o', 'A', 'AAPL', 'buy', 'limit', 1, -1, NULL, now(), 'yahoo'`],
    ['a moment without end', `'o', 'A', 'AAPL', 'buy', 'market', 1, NULL, NULL, 'infinity', 'yahoo'`],
  ])('refuse %s', async (_what, values) => {
    await expect(desk.owner.query(`SELECT risk_management.require_judgeable(${values})`)).rejects.toThrow(
      /can't be judged/,
    );
  });
});
