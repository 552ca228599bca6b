import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Decimal } from '@trading/model';
import fc from 'fast-check';
import { type JudgedHolding, type JudgedOrder, judgeMarketOrder, type LimitType } from '../src';
import { type Desk, NOW, openDesk } from './desk';

const SYMBOLS = ['AAPL', 'MSFT', 'IBM'] as const;
const CAPITAL = new Decimal(100_000);
/** A minute after the close. */
const AFTER_CLOSE = '2024-06-04T20:01:00Z';

let desk: Desk;
beforeAll(async () => {
  desk = await openDesk();
});
afterAll(async () => {
  await desk[Symbol.asyncDispose]();
});

const decimal = (min: number, max: number) => fc.integer({ min, max }).map((value) => new Decimal(value));
const symbol = fc.constantFrom(...SYMBOLS);
const side = fc.constantFrom('buy' as const, 'sell' as const);
/** Near what the orders come to, so that each limit binds in some of the cases. */
const limits: Record<
  Exclude<LimitType, 'price_collar' | 'max_outside_session' | 'max_decision_age'>,
  fc.Arbitrary<Decimal>
> = {
  max_order_quantity: decimal(200, 2_000),
  max_order_notional: decimal(20_000, 200_000),
  max_gross_exposure: decimal(20_000, 150_000),
  max_buying_power: decimal(1, 3),
  max_daily_loss: decimal(1_000, 40_000),
  max_drawdown: decimal(5, 60).map((percent) => percent.div(100)),
  duplicate_window: decimal(0, 90),
  max_orders_per_minute: decimal(2, 5),
  max_price_age: decimal(30_000, 600_000),
};
const situation = fc.record({
  limits: fc.record(limits, { requiredKeys: ['max_order_quantity', 'max_order_notional'] }),
  strategyQuantity: fc.option(decimal(100, 900)),
  decidedAt: fc.constantFrom(NOW, NOW, AFTER_CLOSE),
  sessionLimit: fc.option(decimal(0, 120), { freq: 2 }),
  positionLimits: fc.uniqueArray(
    fc
      .tuple(
        fc.constantFrom('*', 'AAPL'),
        fc.option(decimal(100, 1_200), { freq: 2 }),
        fc.option(decimal(20_000, 150_000), { freq: 2 }),
        fc.option(decimal(0, 120), { freq: 2 }),
      )
      .filter(([, ...bounds]) => bounds.some((bound) => bound !== null)),
    { selector: ([of]) => of, maxLength: 2 },
  ),
  holdings: fc.uniqueArray(
    fc.record({
      symbol,
      quantity: decimal(-400, 400).filter((held) => !held.isZero()),
      mark: decimal(50, 150),
    }),
    {
      selector: (one) => one.symbol,
    },
  ),
  orders: fc.array(
    fc.record({
      symbol: fc.constantFrom(...SYMBOLS, 'AAPL' as const),
      side,
      quantity: decimal(1, 3).map((hundreds) => hundreds.times(100)),
      status: fc.constantFrom('submitted' as const, 'rejected' as const, 'cancelled' as const),
      secondsBefore: fc.integer({ min: -20, max: 100 }),
    }),
    { maxLength: 4 },
  ),
  state: fc.record({
    tradingDay: fc.constantFrom('2024-06-03', '2024-06-04'),
    dayOpenPnl: decimal(-20_000, 20_000),
    lastPnl: decimal(-20_000, 20_000),
    peakPnl: decimal(0, 40_000),
  }),
  asked: fc.record({ side, quantity: decimal(1, 5).map((hundreds) => hundreds.times(100)) }),
});
type Situation = typeof situation extends fc.Arbitrary<infer Value> ? Value : never;

/** The door's answer to an order of an account that is as the situation says. */
async function asTheDoorSays(account: string, given: Situation) {
  const { risk, owner } = desk;
  for (const [type, value] of Object.entries(given.limits))
    await risk.limits.set(account, type as LimitType, value);
  if (given.strategyQuantity !== null)
    await risk.limits.set(account, 'max_order_quantity', given.strategyQuantity, { strategyId: 'trend' });
  if (given.sessionLimit !== null) await risk.limits.set(account, 'max_outside_session', given.sessionLimit);
  for (const [of, maxQuantity, maxNotional, maxOutsideSession] of given.positionLimits)
    await risk.limits.setPosition(account, of, {
      ...(maxQuantity === null ? {} : { maxQuantity }),
      ...(maxNotional === null ? {} : { maxNotional }),
      ...(maxOutsideSession === null ? {} : { maxOutsideSession }),
    });
  const { state } = given;
  await owner.query(
    `INSERT INTO risk_management.account_states (account_id, capital, trading_day, day_open_pnl, last_pnl, peak_pnl)
     VALUES ($1, $2, $3, $4, $5, $6)`,
    [
      account,
      ...[CAPITAL, state.tradingDay, state.dayOpenPnl, state.lastPnl, state.peakPnl].map((value) =>
        String(value),
      ),
    ],
  );
  for (const { symbol: held, quantity } of given.holdings)
    await desk.hold(account, quantity.toString(), held);
  for (const { symbol: held, mark } of given.holdings)
    await owner.query(
      'UPDATE execution.positions SET mark_price = $3 WHERE account_id = $1 AND symbol = $2',
      [account, held, mark.toString()],
    );
  for (const [index, order] of given.orders.entries())
    await owner.query(
      `INSERT INTO execution.orders (order_id, account_id, symbol, side, order_type, quantity, decided_at, trading_source, status, reference_price)
       VALUES ($1, $2, $3, $4, 'market', $5, $6, 'yahoo', $7, 100)`,
      [
        `${account}-${index}`,
        account,
        order.symbol,
        order.side,
        order.quantity.toString(),
        secondsBefore(given, order.secondsBefore),
        order.status,
      ],
    );
  return desk.ask({
    orderId: `${account}-asked`,
    account,
    side: given.asked.side,
    quantity: given.asked.quantity.toString(),
    strategyId: 'trend',
    decidedAt: given.decidedAt,
  });
}

/** The judge's, of the same. */
async function asTheJudgeSays(account: string, given: Situation) {
  const holdings: JudgedHolding[] = given.holdings;
  const orders = given.orders.map(
    ({ status, secondsBefore: before, ...order }): JudgedOrder => ({
      ...order,
      leaves: status === 'submitted' ? order.quantity : new Decimal(0),
      rejected: status === 'rejected',
      referencePrice: new Decimal(100),
      decidedAt: secondsBefore(given, before),
    }),
  );
  return judgeMarketOrder(
    {
      ...given.asked,
      symbol: 'AAPL',
      strategyId: 'trend',
      decidedAt: new Date(given.decidedAt),
      reference: { price: new Decimal(100), at: new Date('2024-06-04T04:00:00Z') },
    },
    {
      holdings,
      orders,
      pnl: holdings.reduce(
        (sum, { quantity, mark }) => sum.plus(quantity.times(mark.minus(100))),
        new Decimal(0),
      ),
      state: { capital: CAPITAL, ...given.state },
      limits: await desk.risk.limits.list(account),
      positionLimits: await desk.risk.limits.listPositions(account),
    },
  );
}

const secondsBefore = ({ decidedAt }: Situation, seconds: number) =>
  new Date(Date.parse(decidedAt) - seconds * 1_000);

describe('the judge in memory', () => {
  it('decides as the door in the database does, by the same limit and figures', async () => {
    let cases = 0;
    const seen = new Set<string>();
    await fc.assert(
      fc.asyncProperty(situation, async (given) => {
        cases += 1;
        const account = `case-${cases}`;
        const door = await asTheDoorSays(account, given);
        const judge = await asTheJudgeSays(account, given);

        seen.add(judge?.limit ?? 'allowed');
        const asText = (value: Decimal | null) => value?.toDecimalPlaces(8).toString() ?? null;
        expect(
          judge && {
            limit: judge.limit,
            limitValue: asText(judge.limitValue),
            observed: asText(judge.observed),
          },
        ).toEqual(
          door.outcome === 'denied'
            ? { limit: door.limit, limitValue: door.limitValue, observed: door.observed }
            : null,
        );
      }),
      { numRuns: 300, seed: 13 },
    );
    expect([...seen].sort()).toEqual([
      'allowed',
      'duplicate_window',
      'limits_missing',
      'max_buying_power',
      'max_daily_loss',
      'max_drawdown',
      'max_gross_exposure',
      'max_order_notional',
      'max_order_quantity',
      'max_orders_per_minute',
      'max_outside_session',
      'max_position_notional',
      'max_position_quantity',
      'max_price_age',
    ]);
  });

  it('denies what has no price', () => {
    const order = { symbol: 'AAPL', side: 'buy' as const, quantity: new Decimal(1), strategyId: null };
    const zero = new Decimal(0);
    const needed = (['max_order_quantity', 'max_order_notional', 'max_gross_exposure'] as const).map(
      (type) => ({
        accountId: 'A',
        strategyId: null,
        type,
        value: new Decimal(1_000),
        current: null,
        active: true,
        breachedAt: null,
      }),
    );
    expect(
      judgeMarketOrder(
        { ...order, decidedAt: new Date(NOW), reference: null },
        {
          holdings: [],
          orders: [],
          pnl: zero,
          state: { capital: CAPITAL, tradingDay: null, dayOpenPnl: zero, lastPnl: zero, peakPnl: zero },
          limits: needed,
          positionLimits: [],
        },
      ),
    ).toMatchObject({ limit: 'reference_price' });
  });
});
