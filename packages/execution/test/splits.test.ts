import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Decimal } from '@trading/model';
import fc from 'fast-check';
import { replayPosition } from '../src/positions/replay';
import { applySplit } from '../src/positions/split';
import { barStart, openWorld, type World } from './world';

let world: World;
beforeAll(async () => {
  world = await openWorld();
  // At a remote broker: these positions are in the shares of their day, whatever bars say.
  await world.owner.query(
    "INSERT INTO execution.broker_accounts (account_id, broker) VALUES ('FRAC', 'x'), ('WHOLE', 'x')",
  );
  await world.execution.corporateActions.setWholeShares('WHOLE', true);
});
afterAll(async () => {
  await world?.[Symbol.asyncDispose]();
});

const DAYS = ['2024-06-03', '2024-06-04', '2024-06-05', '2024-06-06', '2024-06-07'];

interface Fill {
  readonly kind: 'fill';
  readonly day: number;
  readonly quantity: number;
  readonly cents: number;
  readonly busted: boolean;
}
interface Split {
  readonly kind: 'split';
  readonly day: number;
  readonly ratio: readonly [number, number];
  readonly heard: boolean;
}

const fill = fc.record({
  kind: fc.constant('fill' as const),
  day: fc.nat({ max: 4 }),
  quantity: fc.integer({ min: -300, max: 300 }).filter((quantity) => quantity !== 0),
  cents: fc.integer({ min: 1, max: 90_000 }),
  busted: fc.boolean(),
});
const split = fc.record({
  kind: fc.constant('split' as const),
  day: fc.integer({ min: 1, max: 4 }),
  ratio: fc.constantFrom(
    [4, 1] as const,
    [7, 1] as const,
    [3, 2] as const,
    [1, 10] as const,
    [2, 7] as const,
  ),
  heard: fc.boolean(),
});

async function announce(symbol: string, day: number, [numerator, denominator]: readonly [number, number]) {
  await world.owner.query(
    `INSERT INTO data_ingestion.corporate_actions (action_id, version, symbol, type, ex_date, numerator, denominator, source)
     SELECT $1 || ':split:' || $2, 1 + (SELECT count(*) FROM data_ingestion.corporate_actions WHERE action_id = $1 || ':split:' || $2),
            $1, 'split', $2::date, $3, $4, 'manual'`,
    [symbol, DAYS[day], numerator, denominator],
  );
}

let orders = 0;
async function book(account: string, symbol: string, one: Fill): Promise<void> {
  orders += 1;
  const size = String(Math.abs(one.quantity));
  await world.owner.query(
    `INSERT INTO execution.orders (order_id, account_id, symbol, side, order_type, quantity, decided_at, trading_source, status)
     VALUES ($1, $2, $3, $4, 'market', $5, '2024-06-03T04:00:00Z', 'yahoo', 'submitted')`,
    [`o-${orders}`, account, symbol, one.quantity > 0 ? 'buy' : 'sell', size],
  );
  const outcome = await world.execution.bookFill({
    accountId: account,
    orderId: `o-${orders}`,
    executionId: `e-${orders}`,
    quantity: new Decimal(size),
    price: new Decimal(one.cents).div(100),
    commission: new Decimal('0.35'),
    executedAt: new Date(`${DAYS[one.day]}T14:30:00Z`),
  });
  expect(outcome).toBe('booked');
}

async function position(account: string, symbol: string) {
  const { rows } = await world.owner.query(
    `SELECT quantity, cost_basis, avg_price, realized_pnl,
            (SELECT a.position_cash FROM execution.position_adjustments AS a
              WHERE a.account_id = p.account_id AND a.symbol = p.symbol ORDER BY a.position_seq DESC LIMIT 1) AS cash
       FROM execution.positions AS p WHERE account_id = $1 AND symbol = $2`,
    [account, symbol],
  );
  return rows[0];
}

/** What is held and what it cost in money, day by day, by nothing but multiplying and adding. */
function reference(
  fills: readonly Fill[],
  splits: ReadonlyMap<number, readonly [number, number]>,
  whole: boolean,
) {
  let held = new Decimal(0);
  for (let day = 0; day < DAYS.length; day += 1) {
    const [numerator, denominator] = splits.get(day) ?? [1, 1];
    held = held
      .times(numerator)
      .div(denominator)
      .toDecimalPlaces(whole ? 0 : 4, Decimal.ROUND_DOWN);
    for (const one of fills) if (one.day === day && !one.busted) held = held.plus(one.quantity);
  }
  const money = fills.filter(({ busted }) => !busted).map(({ quantity, cents }) => quantity * cents + 35);
  return { held, paid: new Decimal(money.reduce((sum, cents) => sum + cents, 0)).div(100) };
}

describe('splits in the chain of a position', () => {
  it('come out the same whenever they and the fills and busts around them are heard of', async () => {
    let runs = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.oneof({ arbitrary: fill, weight: 3 }, { arbitrary: split, weight: 1 }), {
          minLength: 2,
          maxLength: 8,
        }),
        fc.boolean(),
        async (arrivals: readonly (Fill | Split)[], whole) => {
          runs += 1;
          const [account, symbol] = [whole ? 'WHOLE' : 'FRAC', `P${runs}`];
          const fills: Fill[] = [];
          const ids: string[] = [];
          const splits = new Map<number, readonly [number, number]>();
          for (const one of arrivals) {
            if (one.kind === 'split') {
              splits.set(one.day, one.ratio);
              await announce(symbol, one.day, one.ratio);
              if (one.heard) await world.execution.corporateActions.apply(symbol);
              continue;
            }
            await book(account, symbol, one);
            fills.push(one);
            ids.push(`e-${orders}`);
          }
          for (const [index, one] of fills.entries())
            if (one.busted)
              await world.execution.bustFill({
                accountId: account,
                executionId: ids[index] ?? '',
                bustedAt: new Date('2024-06-10T14:00:00Z'),
              });
          await world.execution.corporateActions.apply(symbol);
          if (fills.length === 0) return;

          const stored = await position(account, symbol);
          const { held, paid } = reference(fills, splits, whole);
          expect(new Decimal(stored.quantity).toString()).toBe(held.toString());
          // Realised less cost is what came in less what went out, cash in lieu included, to the last decimal.
          expect(
            new Decimal(stored.realized_pnl)
              .minus(stored.cost_basis)
              .minus(stored.cash ?? 0)
              .toString(),
          ).toBe(paid.negated().toString());
          const audit = await world.execution.auditPosition(account, symbol);
          expect([audit.quantity, audit.costBasis, audit.avgPrice, audit.realizedPnl]).toEqual(
            [stored.quantity, stored.cost_basis, stored.avg_price, stored.realized_pnl].map((value) =>
              new Decimal(value).toString(),
            ),
          );
          expect(await world.execution.verify({ symbol })).toEqual([]);
          expect(await world.execution.corporateActions.apply(symbol)).toEqual([]);
        },
      ),
      { numRuns: 40 },
    );
  });

  it('are computed in SQL as in TypeScript', async () => {
    const units = (most: number) => fc.integer({ min: 1, max: most }).map((value) => new Decimal(value));
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: -5_000_000, max: 5_000_000 }).filter((value) => value !== 0),
        units(9_000_000),
        units(20),
        units(20),
        fc.boolean(),
        fc.option(units(9_000_000)),
        async (quantity, price, numerator, denominator, wholeShares, reference) => {
          const held = new Decimal(quantity).div(10_000);
          const cost = held.times(price.div(10_000));
          const referencePrice = reference === null ? null : reference.div(10_000);
          const { holding, realized, cash } = applySplit(
            { quantity: held, cost, avgPrice: price.div(10_000) },
            { numerator, denominator, wholeShares, referencePrice },
          );
          const { rows } = await world.owner.query(
            'SELECT * FROM execution.apply_split($1, $2, $3, $4, $5, $6)',
            [
              ...[held, cost, numerator, denominator].map(String),
              ...[wholeShares, referencePrice?.toString() ?? null],
            ],
          );
          const inSql = Object.fromEntries(
            Object.entries(rows[0]).map(([name, value]) => [name, new Decimal(String(value)).toString()]),
          );
          expect(inSql).toEqual({
            new_quantity: holding.quantity.toString(),
            new_cost: holding.cost.toString(),
            new_avg_price: holding.avgPrice.toString(),
            realized: realized.toString(),
            cash: cash.toString(),
          });
        },
      ),
      { numRuns: 200 },
    );
  });

  it('of AAPL in 2014 and 2020 make 28 shares of one', () => {
    const shares = new Decimal(100);
    const trade = {
      kind: 'trade' as const,
      onDate: '2014-05-08',
      quantity: shares,
      price: new Decimal('592.33'),
    };
    const terms = {
      kind: 'split' as const,
      denominator: new Decimal(1),
      wholeShares: true,
      referencePrice: null,
    };
    const steps = replayPosition(
      [{ ...trade, commission: new Decimal(0) }],
      [
        { ...terms, actionId: 'AAPL:split:2020-08-31', exDate: '2020-08-31', numerator: new Decimal(4) },
        { ...terms, actionId: 'AAPL:split:2014-06-09', exDate: '2014-06-09', numerator: new Decimal(7) },
      ],
    );
    expect(
      steps.map(({ holding }) => [String(holding.quantity), String(holding.cost), String(holding.avgPrice)]),
    ).toEqual([
      ['100', '59233', '592.33'],
      ['700', '59233', '84.6186'],
      ['2800', '59233', '21.1546'],
    ]);
  });

  it('cancel what works on paper from before them, and leave what was decided after', async () => {
    await world.storeBar('2024-06-03', [100, 100, 100, 100]);
    await world.announceBars('2024-06-03', '2024-06-03');
    await world.settle();
    const order = (orderId: string, decidedAt: string) =>
      world.execution.placeOrder({
        orderId,
        accountId: 'A',
        symbol: 'AAPL',
        side: 'buy',
        quantity: new Decimal(10),
        orderType: 'limit',
        price: new Decimal(91),
        timeInForce: 'gtc',
        decidedAt: new Date(decidedAt),
      });
    await order('before', barStart('2024-06-03'));
    await announce('AAPL', 1, [4, 1]);
    await order('after', barStart('2024-06-04'));
    // Without the split, the first would be bought at 25.
    await world.storeBar('2024-06-04', [25, 25, 25, 25]);
    await world.announceBars('2024-06-04', '2024-06-04');
    await world.settle();
    expect(await world.execution.readOrder('before')).toMatchObject({
      status: 'cancelled',
      reason: 'its prices and quantity are from before AAPL:split:2024-06-04',
    });
    expect(await world.execution.readOrder('after')).toMatchObject({ status: 'submitted' });
  });
});
