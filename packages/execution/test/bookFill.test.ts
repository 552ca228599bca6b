import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Decimal } from '@trading/model';
import fc from 'fast-check';
import { applyFill, type BookingOutcome, FLAT, type Order, type ReportedFill } from '../src';
import { openWorld, type World } from './world';

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(async () => {
  await world?.[Symbol.asyncDispose]();
});

let orders = 0;

/** A submitted order that no risk check has seen: these tests are about fills. */
async function submitted(given: {
  side: 'buy' | 'sell';
  quantity: string;
  account: string;
  symbol?: string;
}): Promise<string> {
  orders += 1;
  const orderId = `order-${orders}`;
  await world.owner.query(
    `INSERT INTO execution.orders (order_id, account_id, symbol, side, order_type, quantity, decided_at, trading_source, status)
     VALUES ($1, $2, $3, $4, 'market', $5, '2024-06-03T04:00:00Z', 'yahoo', 'submitted')`,
    [orderId, given.account, given.symbol ?? 'AAPL', given.side, given.quantity],
  );
  return orderId;
}

function fill(
  orderId: string,
  executionId: string,
  quantity: string,
  price: string,
  more: Partial<ReportedFill> = {},
): ReportedFill {
  return {
    accountId: 'A',
    orderId,
    executionId,
    quantity: new Decimal(quantity),
    price: new Decimal(price),
    commission: new Decimal(0),
    executedAt: new Date('2024-06-04T14:30:00Z'),
    ...more,
  };
}

async function position(account: string) {
  const { rows } = await world.owner.query(
    'SELECT quantity, cost_basis, avg_price, realized_pnl FROM execution.positions WHERE account_id = $1',
    [account],
  );
  return rows[0];
}

async function riskEvents(account: string): Promise<string[]> {
  const { rows } = await world.owner.query<{ event_type: string }>(
    'SELECT event_type FROM risk_management.risk_events WHERE account_id = $1 ORDER BY id',
    [account],
  );
  return rows.map(({ event_type }) => event_type);
}

/** Books a fill and reads its order. */
async function bookAndRead(reported: ReportedFill): Promise<{ outcome: BookingOutcome; order: Order }> {
  const outcome = await world.execution.bookFill(reported);
  return { outcome, order: await world.execution.readOrder(reported.orderId) };
}

describe('booking a fill', () => {
  it('books one execution once, however often it is reported', async () => {
    const orderId = await submitted({ side: 'buy', quantity: '10', account: 'twice' });
    const outcomes = await Promise.all(
      Array.from({ length: 8 }, () =>
        world.execution.bookFill(fill(orderId, 'x-1', '4', '10', { accountId: 'twice' })),
      ),
    );
    expect([...outcomes].sort()).toEqual(['booked', ...Array<string>(7).fill('duplicate')]);
    expect(await position('twice')).toMatchObject({ quantity: '4.0000' });
    expect(await riskEvents('twice')).toEqual([]);
  });

  it('loses none of 100 fills at once, over one order and over many', async () => {
    const big = await submitted({ side: 'buy', quantity: '50', account: 'busy' });
    const small = await Promise.all(
      Array.from({ length: 50 }, () => submitted({ side: 'buy', quantity: '1', account: 'busy' })),
    );
    const fills = [
      ...Array.from({ length: 50 }, (_, index) => fill(big, `b-${index}`, '1', '10', { accountId: 'busy' })),
      ...small.map((orderId, index) => fill(orderId, `s-${index}`, '1', '20', { accountId: 'busy' })),
    ];
    await Promise.all(fills.map((each) => world.execution.bookFill(each)));
    expect(await position('busy')).toMatchObject({
      quantity: '100.0000',
      cost_basis: '1500.00000000',
      avg_price: '15.0000',
    });
    const { rows } = await world.owner.query(
      `SELECT count(DISTINCT position_seq)::int AS links, max(position_seq)::int AS last FROM execution.trades WHERE account_id = 'busy'`,
    );
    expect(rows).toEqual([{ links: 100, last: 100 }]);
  });

  it('refuses an over-fill into a risk event and a log row, once', async () => {
    const orderId = await submitted({ side: 'buy', quantity: '10', account: 'over' });
    await world.execution.bookFill(fill(orderId, 'x-1', '7', '10', { accountId: 'over' }));
    const over = fill(orderId, 'x-2', '4', '10', { accountId: 'over' });
    expect(await world.execution.bookFill(over)).toBe('over_fill');
    expect(await world.execution.bookFill(over)).toBe('over_fill');
    expect(await position('over')).toMatchObject({ quantity: '7.0000' });
    expect(await riskEvents('over')).toEqual(['over_fill']);
    const { rows } = await world.owner.query(
      `SELECT count(*)::int AS rows FROM execution.execution_logs WHERE order_id = $1 AND event = 'over_fill_refused'`,
      [orderId],
    );
    expect(rows).toEqual([{ rows: 1 }]);
  });

  it('books a late fill of a cancelled order and raises it', async () => {
    const orderId = await submitted({ side: 'buy', quantity: '10', account: 'late' });
    await world.execution.cancelOrder(orderId, 'asked');
    const { outcome, order } = await bookAndRead(fill(orderId, 'x-1', '4', '10', { accountId: 'late' }));
    expect([outcome, order?.status, order?.filledQuantity.toString()]).toEqual(['late', 'cancelled', '4']);
    expect(await position('late')).toMatchObject({ quantity: '4.0000' });
    expect(await riskEvents('late')).toEqual(['late_fill']);
  });

  it('raises a fill of an unknown order, and one that contradicts what is booked', async () => {
    const orderId = await submitted({ side: 'buy', quantity: '10', account: 'odd' });
    await world.execution.bookFill(fill(orderId, 'x-1', '4', '10', { accountId: 'odd' }));
    expect(await world.execution.bookFill(fill(orderId, 'x-1', '5', '10', { accountId: 'odd' }))).toBe(
      'conflicting',
    );
    expect(await world.execution.bookFill(fill('nobody', 'x-2', '5', '10', { accountId: 'odd' }))).toBe(
      'unknown_order',
    );
    expect(await riskEvents('odd')).toEqual(['conflicting_fill', 'unknown_order']);
    expect(await position('odd')).toMatchObject({ quantity: '4.0000' });
  });

  it('takes a fill of a pending order as the broker’s word that it was submitted', async () => {
    const orderId = await submitted({ side: 'sell', quantity: '10', account: 'early' });
    await world.owner.query(`ALTER TABLE execution.orders DISABLE TRIGGER check_order_transition`);
    await world.owner.query(`UPDATE execution.orders SET status = 'pending' WHERE order_id = $1`, [orderId]);
    await world.owner.query(`ALTER TABLE execution.orders ENABLE TRIGGER check_order_transition`);
    const { order } = await bookAndRead(fill(orderId, 'x-1', '10', '10', { accountId: 'early' }));
    expect(order?.status).toBe('filled');
    expect(
      (await world.published('order_updated'))
        .filter((each) => each.orderId === orderId)
        .map(({ status }) => status),
    ).toEqual(['submitted', 'filled']);
  });

  it('refuses values that no column holds, and changes nothing', async () => {
    const orderId = await submitted({ side: 'buy', quantity: '10', account: 'bad' });
    for (const [quantity, price] of [
      ['0', '10'],
      ['-1', '10'],
      ['1.00001', '10'],
      ['1', '0'],
    ] as const) {
      await expect(
        world.execution.bookFill(fill(orderId, 'x-1', quantity, price, { accountId: 'bad' })),
      ).rejects.toMatchObject({
        code: 'DATABASE.INVALID_VALUE',
      });
    }
    expect(await position('bad')).toBeUndefined();
  });

  it('computes what applyFill computes, to the last digit', async () => {
    const units = (most: number) =>
      fc.integer({ min: 1, max: most }).map((n) => new Decimal(n).times('0.0001').toString());
    const step = fc.record({
      side: fc.constantFrom('buy' as const, 'sell' as const),
      quantity: fc.oneof(units(3_000_000), fc.integer({ min: 1, max: 200 }).map(String)),
      price: units(9_000_000),
      commission: units(50_000),
    });
    let run = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 8 }), async (steps) => {
        run += 1;
        const account = `p-${run}-${orders}`;
        let holding = FLAT;
        let realized = new Decimal(0);
        for (const [index, { side, quantity, price, commission }] of steps.entries()) {
          const orderId = await submitted({ side, quantity, account });
          await world.execution.bookFill(
            fill(orderId, `x-${index}`, quantity, price, {
              accountId: account,
              commission: new Decimal(commission),
            }),
          );
          const signed = new Decimal(quantity).times(side === 'buy' ? 1 : -1);
          const effect = applyFill(holding, signed, new Decimal(price), new Decimal(commission));
          holding = effect.holding;
          realized = realized.plus(effect.realized);
        }
        expect(await position(account)).toEqual({
          quantity: holding.quantity.toFixed(4),
          cost_basis: holding.cost.toFixed(8),
          avg_price: holding.avgPrice.toFixed(4),
          realized_pnl: realized.toFixed(8),
        });
      }),
      { numRuns: 25 },
    );
  });
});
