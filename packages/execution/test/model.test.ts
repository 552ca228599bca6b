import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { createServicePool, type ServicePool } from '@trading/database';
import { Decimal, isTradingError } from '@trading/model';
import { PATIENCE_MS } from '@trading/testing';
import fc from 'fast-check';
import { barStart, openWorld, type World } from './world';

let world: World;
let admin: ServicePool;
beforeAll(async () => {
  world = await openWorld();
  await world.storeBar('2024-06-03', [100, 100, 100, 100]);
  admin = createServicePool({
    url: world.database.adminUrl,
    service: 'execution',
    max: 1,
    waitMs: PATIENCE_MS,
  });
});
afterAll(async () => {
  await admin?.end();
  await world?.[Symbol.asyncDispose]();
});

interface Execution {
  readonly quantity: number;
  /** In cents, so that the model needs no decimals. */
  readonly cents: number;
  readonly fee: number;
  /** How often the broker reports it, and whether it is taken back in the end. */
  readonly reports: number;
  readonly busted: boolean;
}

interface PlannedOrder {
  readonly side: 'buy' | 'sell';
  readonly executions: readonly Execution[];
  /** What never fills. */
  readonly rest: number;
  readonly cancelled: boolean;
  /** How often it is asked to be replaced; what then stands in its place is filled in the end, whole. */
  readonly replaced: number;
}

const execution = fc.record({
  quantity: fc.integer({ min: 1, max: 500 }),
  cents: fc.integer({ min: 1, max: 50_000 }),
  fee: fc.integer({ min: 0, max: 300 }),
  reports: fc.integer({ min: 1, max: 3 }),
  busted: fc.boolean(),
});
const order = fc.record({
  side: fc.constantFrom('buy' as const, 'sell' as const),
  executions: fc.array(execution, { minLength: 1, maxLength: 4 }),
  rest: fc.integer({ min: 0, max: 50 }),
  cancelled: fc.boolean(),
  replaced: fc.integer({ min: 0, max: 2 }),
});

/** What stands in an order's place, and costs this much a share once it is filled. */
interface Replacement {
  readonly orderId: string;
  readonly side: 'buy' | 'sell';
  readonly quantity: number;
}
const REPLACEMENT_CENTS = 9_900;

/** The model: what is held, and what it cost in cents, by adding up what really happened. */
function model(
  orders: readonly PlannedOrder[],
  replacements: readonly Replacement[],
): { quantity: number; cash: number } {
  const sum = { quantity: 0, cash: 0 };
  for (const { side, quantity } of replacements) {
    sum.quantity += side === 'buy' ? quantity : -quantity;
    sum.cash -= (side === 'buy' ? quantity : -quantity) * REPLACEMENT_CENTS;
  }
  for (const { side, executions } of orders) {
    for (const { quantity, cents, fee, busted } of executions) {
      if (busted) continue;
      const signed = side === 'buy' ? quantity : -quantity;
      sum.quantity += signed;
      sum.cash -= signed * cents + fee;
    }
  }
  return sum;
}

/** A message is delivered, and a question asked, until it is heard: the connection under it may be cut, then or before. */
async function deliver<Answer>(message: () => Promise<Answer>): Promise<Answer> {
  for (;;) {
    try {
      return await message();
    } catch (error) {
      if (!isTradingError(error) || !error.transient) throw error;
    }
  }
}

/** Asks for a replacement, under one id however often; an order that is done first can't have one. */
async function replace(orderId: string): Promise<void> {
  try {
    await world.execution.replaceOrder(orderId, {
      orderId: `${orderId}-r`,
      decidedAt: new Date(barStart('2024-06-03')),
    });
  } catch (error) {
    if (!isTradingError(error, 'EXECUTION.NOT_REPLACEABLE')) throw error;
  }
}

let run = 0;

it('whatever order, repetition and interruption the messages come in, the books say what happened', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(order, { minLength: 1, maxLength: 5 }),
      fc.infiniteStream(fc.nat()),
      fc.integer({ min: 0, max: 3 }),
      async (orders, randoms, cuts) => {
        run += 1;
        const account = `M${run}`;
        await world.risk.limits.openAccount(account, '1000000000');
        await world.risk.limits.set(account, 'duplicate_window', '0');
        const shuffled = <T>(items: readonly T[]): T[] =>
          items
            .map((item) => [randoms.next().value ?? 0, item] as const)
            .sort(([a], [b]) => a - b)
            .map(([, item]) => item);
        for (const [index, { side, executions, rest }] of orders.entries()) {
          const quantity = executions.reduce((sum, each) => sum + each.quantity, rest);
          await world.owner.query(
            `INSERT INTO execution.orders (order_id, account_id, symbol, side, order_type, quantity, decided_at, trading_source, status)
             VALUES ($1, $2, 'AAPL', $3, 'market', $4, '2024-06-03T04:00:00Z', 'yahoo', 'submitted')`,
            [`${account}-${index}`, account, side, quantity],
          );
        }
        const reports = orders.flatMap(({ executions, cancelled, replaced }, index) => [
          ...executions.flatMap((each, number) =>
            Array.from(
              { length: each.reports },
              () => () =>
                world.execution.bookFill({
                  accountId: account,
                  orderId: `${account}-${index}`,
                  executionId: `${index}-${number}`,
                  quantity: new Decimal(each.quantity),
                  price: new Decimal(each.cents).times('0.01'),
                  commission: new Decimal(each.fee).times('0.01'),
                  executedAt: new Date('2024-06-04T14:30:00Z'),
                }),
            ),
          ),
          ...(cancelled ? [() => world.execution.cancelOrder(`${account}-${index}`, 'asked')] : []),
          ...Array.from({ length: replaced }, () => () => replace(`${account}-${index}`)),
        ]);
        const cut = () =>
          admin.query(
            `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
              WHERE datname = current_database() AND usename = 'trading_execution' LIMIT 2`,
          );
        await Promise.all(
          shuffled([
            ...reports.map((report) => () => deliver<unknown>(report)),
            ...Array(cuts).fill(cut),
          ]).map((each) => each()),
        );
        const replacements: Replacement[] = [];
        for (const [index, { side, executions, rest }] of orders.entries()) {
          const total = executions.reduce((sum, each) => sum + each.quantity, rest);
          const all = await deliver(() => world.execution.listOrders({ accountId: account, limit: 100 }));
          const [standing, another] = all.filter(
            ({ replacesOrderId }) => replacesOrderId === `${account}-${index}`,
          );
          expect(another).toBeUndefined();
          if (standing === undefined) continue;
          // What was filled when it was replaced is not asked for again; what fills the old order later is the broker's doing.
          const quantity = standing.quantity.toNumber();
          expect(quantity).toBeGreaterThan(0);
          expect(quantity).toBeLessThanOrEqual(total);
          replacements.push({ orderId: standing.orderId, side, quantity });
        }
        const fillReplacement =
          ({ orderId, quantity }: Replacement) =>
          () =>
            world.execution.bookFill({
              accountId: account,
              orderId,
              executionId: `r-${orderId}`,
              quantity: new Decimal(quantity),
              price: new Decimal(REPLACEMENT_CENTS).times('0.01'),
              commission: new Decimal(0),
              executedAt: new Date('2024-06-04T15:30:00Z'),
            });
        await Promise.all(
          shuffled(replacements.flatMap((each) => [fillReplacement(each), fillReplacement(each)])).map(
            deliver,
          ),
        );
        for (const { orderId } of replacements)
          expect((await deliver(() => world.execution.readOrder(orderId))).status).toBe('filled');
        const busts = orders.flatMap(({ executions }, index) =>
          executions.flatMap((each, number) =>
            each.busted
              ? [1, 2].map(
                  () => () =>
                    world.execution.bustFill({
                      accountId: account,
                      executionId: `${index}-${number}`,
                      bustedAt: new Date('2024-06-05T14:30:00Z'),
                    }),
                )
              : [],
          ),
        );
        await Promise.all(shuffled(busts).map(deliver));

        const expected = model(orders, replacements);
        const { rows } = await world.owner.query<{ quantity: string; cash: string; trades: string }>(
          `SELECT quantity::float8::text AS quantity, ((realized_pnl - cost_basis) * 100)::float8::text AS cash, trade_count AS trades
             FROM execution.positions WHERE account_id = $1`,
          [account],
        );
        const executions = orders.flatMap((each) => each.executions);
        expect(rows).toEqual([
          {
            quantity: String(expected.quantity),
            cash: String(expected.cash),
            trades: String(
              executions.length + executions.filter(({ busted }) => busted).length + replacements.length,
            ),
          },
        ]);
        expect(await deliver(() => world.execution.verify({ accountId: account }))).toEqual([]);
        for (const [index, { executions: parts, rest, cancelled, replaced }] of orders.entries()) {
          const now = await deliver(() => world.execution.readOrder(`${account}-${index}`));
          const net = parts.reduce((sum, each) => sum + (each.busted ? 0 : each.quantity), 0);
          expect(now.filledQuantity.toNumber()).toBe(net);
          // A cancel, or a replacement, may come before the last fill or after it; nothing else is left to chance.
          const possible =
            cancelled || replaced > 0
              ? rest === 0
                ? ['filled', 'cancelled']
                : ['cancelled']
              : [rest === 0 ? 'filled' : 'partially_filled'];
          expect(possible).toContain(now.status);
        }
      },
    ),
    { numRuns: 30 },
  );
});
