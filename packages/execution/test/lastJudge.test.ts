import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { inTransaction, type Transaction } from '@trading/database';
import { Decimal } from '@trading/model';
import type { BookingOutcome, Order, ReportedFill } from '../src';
import { openWorld, type World } from './world';

let world: World;
let account: string;
let accounts = 0;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(async () => {
  await world?.[Symbol.asyncDispose]();
});

/** An account that bought 10 at 100 and sold 4 at 110. */
beforeEach(async () => {
  accounts += 1;
  account = `J${accounts}`;
  for (const [orderId, side, quantity, price] of [
    [`${account}-1`, 'buy', '10', '100'],
    [`${account}-2`, 'sell', '4', '110'],
  ] as const) {
    await world.owner.query(
      `INSERT INTO execution.orders (order_id, account_id, symbol, side, order_type, quantity, decided_at, trading_source, status)
       VALUES ($1, $2, 'AAPL', $3, 'market', $4, '2024-06-03T04:00:00Z', 'yahoo', 'submitted')`,
      [orderId, account, side, quantity],
    );
    await world.execution.bookFill({
      accountId: account,
      orderId,
      executionId: `x-${orderId}`,
      quantity: new Decimal(quantity),
      price: new Decimal(price),
      commission: new Decimal(1),
      executedAt: new Date('2024-06-04T14:30:00Z'),
    });
  }
});

/** The constraint that refuses the commit of what the owner of the schema itself tries. */
async function refusedBy(work: (tx: Transaction) => Promise<unknown>): Promise<unknown> {
  return inTransaction(world.owner, work).then(
    () => 'committed',
    (error: { details?: { constraint?: string }; message: string }) =>
      error.details?.constraint ?? error.message,
  );
}

const TRADE = `
INSERT INTO execution.trades (trade_id, order_id, account_id, symbol, side, quantity, price, executed_at, execution_id, realized_pnl,
                              position_seq, position_quantity, position_cost, position_avg_price, position_realized)`;

/** Books a fill and reads its order. */
async function bookAndRead(reported: ReportedFill): Promise<{ outcome: BookingOutcome; order: Order }> {
  const outcome = await world.execution.bookFill(reported);
  return { outcome, order: await world.execution.readOrder(reported.orderId) };
}

describe('the database', () => {
  it('refuses an order that is filled otherwise than its trades', async () => {
    expect(
      await refusedBy((tx) =>
        tx.query(`UPDATE execution.orders SET filled_quantity = 9, busted_quantity = 1 WHERE order_id = $1`, [
          `${account}-1`,
        ]),
      ),
    ).toBe('order_equals_its_trades');
    expect(
      await refusedBy((tx) =>
        tx.query(`UPDATE execution.orders SET avg_fill_price = 99 WHERE order_id = $1`, [`${account}-1`]),
      ),
    ).toBe('order_equals_its_trades');
    expect(
      await refusedBy((tx) =>
        tx.query(
          `INSERT INTO execution.orders (order_id, account_id, symbol, side, order_type, quantity, decided_at, trading_source, status, filled_quantity, avg_fill_price)
           VALUES ('forged', 'A', 'AAPL', 'buy', 'market', 1, now(), 'yahoo', 'filled', 1, 1)`,
        ),
      ),
    ).toBe('order_equals_its_trades');
  });

  it('judges what stands at the end, however often it was right or wrong before', async () => {
    const setOrder = (tx: Transaction, average: string) =>
      tx.query(`UPDATE execution.orders SET avg_fill_price = $2 WHERE order_id = $1`, [
        `${account}-1`,
        average,
      ]);
    const setPosition = (tx: Transaction, realized: string) =>
      tx.query(`UPDATE execution.positions SET realized_pnl = $2 WHERE account_id = $1`, [account, realized]);
    const { rows } = await world.owner.query<{ realized_pnl: string }>(
      'SELECT realized_pnl FROM execution.positions WHERE account_id = $1',
      [account],
    );
    const right = rows[0]?.realized_pnl ?? '';
    const inTurn = (set: (tx: Transaction, value: string) => Promise<unknown>, values: readonly string[]) =>
      refusedBy(async (tx) => {
        for (const value of values) await set(tx, value);
      });
    expect(await inTurn(setOrder, ['100', '99'])).toBe('order_equals_its_trades');
    expect(await inTurn(setOrder, ['99', '100'])).toBe('committed');
    expect(await inTurn(setPosition, [right, '0'])).toBe('position_equals_its_trades');
    expect(await inTurn(setPosition, ['0', right])).toBe('committed');
  });

  it.each([
    'quantity = 7, cost_basis = 700',
    'cost_basis = cost_basis + 0.00000001',
    'realized_pnl = 0',
    'trade_count = 1',
    'avg_price = 101',
  ])('refuses a position with %s', async (change) => {
    expect(
      await refusedBy((tx) =>
        tx.query(`UPDATE execution.positions SET ${change} WHERE account_id = $1`, [account]),
      ),
    ).toBe('position_equals_its_trades');
  });

  it('refuses a position that no trade made', async () => {
    expect(
      await refusedBy((tx) =>
        tx.query(
          `INSERT INTO execution.positions (account_id, symbol, quantity, avg_price, cost_basis) VALUES ('Z', 'AAPL', 1, 1, 1)`,
        ),
      ),
    ).toBe('position_equals_its_trades');
  });

  it('refuses a trade that the position and the order do not show', async () => {
    expect(
      await refusedBy((tx) =>
        tx.query(`${TRADE} VALUES ('f', $1, $2, 'AAPL', 'buy', 1, 100, now(), 'f', 0, 3, 7, 700, 100, 38)`, [
          `${account}-1`,
          account,
        ]),
      ),
    ).toBe('trade_follows_its_chain');
    // Everything but the order: the trade goes into the position as if it were right.
    expect(
      await refusedBy(async (tx) => {
        await tx.query(
          `${TRADE} VALUES ('f', $1, $2, 'AAPL', 'buy', 1, 100, now(), 'f', 0, 3, 7, 700, 100, 38)`,
          [`${account}-1`, account],
        );
        await tx.query(
          `UPDATE execution.positions SET quantity = 7, cost_basis = 700, trade_count = 3 WHERE account_id = $1`,
          [account],
        );
      }),
    ).toBe('order_equals_its_trades');
    expect(
      await refusedBy((tx) =>
        tx.query(`${TRADE} VALUES ('f', $1, $2, 'AAPL', 'sell', 1, 100, now(), 'f', 0, 3, 5, 500, 100, 38)`, [
          `${account}-1`,
          account,
        ]),
      ),
    ).toBe('trade_fits_its_order');
  });

  it('finds nothing to say where all is well', async () => {
    expect(await world.execution.verify({ accountId: account })).toEqual([]);
  });

  it('tells what was forged behind its back', async () => {
    const client = await world.owner.connect();
    await client.query('BEGIN');
    await client.query(
      'ALTER TABLE execution.positions DISABLE TRIGGER USER; ALTER TABLE execution.trades DISABLE TRIGGER USER',
    );
    await client.query(
      'UPDATE execution.positions SET realized_pnl = realized_pnl + 5 WHERE account_id = $1',
      [account],
    );
    await client.query(`UPDATE execution.trades SET price = 101 WHERE order_id = $1`, [`${account}-1`]);
    const { rows } = await client.query(
      'SELECT what, field, stored, derived FROM execution.verify($1, NULL)',
      [account],
    );
    await client.query('ROLLBACK');
    client.release();
    expect(rows).toEqual([
      { what: 'order', field: 'avg_fill_price', stored: '100.0000', derived: '101.0000' },
      { what: 'position', field: 'realized_pnl', stored: '43.00000000', derived: '38.00000000' },
      {
        what: 'position',
        field: 'realized_pnl - cost_basis',
        stored: '-557.00000000',
        derived: '-572.00000000',
      },
      { what: 'trade', field: 'position_cost', stored: '1000.00000000', derived: '1010.00000000' },
      { what: 'trade', field: 'position_avg_price', stored: '100.0000', derived: '101.0000' },
    ]);
  });
});

describe('a bust', () => {
  const bust = (executionId: string) =>
    world.execution.bustFill({ accountId: account, executionId, bustedAt: new Date('2024-06-05T15:00:00Z') });

  it('takes a fill back by a correcting entry, once', async () => {
    expect(await Promise.all([1, 2, 3].map(() => bust(`x-${account}-2`)))).toEqual(
      expect.arrayContaining(['busted', 'duplicate', 'duplicate']),
    );
    const { rows } = await world.owner.query(
      'SELECT quantity, cost_basis, realized_pnl, trade_count FROM execution.positions WHERE account_id = $1',
      [account],
    );
    // The four shares come back at 110; the commission of the sale is returned, that of the purchase stays.
    expect(rows).toEqual([
      { quantity: '10.0000', cost_basis: '1040.00000000', realized_pnl: '39.00000000', trade_count: '3' },
    ]);
    expect(await world.execution.readOrder(`${account}-2`)).toMatchObject({
      status: 'filled',
      avgFillPrice: null,
    });
    expect(await world.execution.verify({ accountId: account })).toEqual([]);
    expect((await world.risk.events.list({ accountId: account })).map(({ eventType }) => eventType)).toEqual([
      'trade_busted',
    ]);
  });

  it('lets the broker report the corrected fill of the same order', async () => {
    await bust(`x-${account}-2`);
    const { outcome, order } = await bookAndRead({
      accountId: account,
      orderId: `${account}-2`,
      executionId: 'corrected',
      quantity: new Decimal(4),
      price: new Decimal('109.5'),
      commission: new Decimal(1),
      executedAt: new Date('2024-06-05T15:00:00Z'),
    });
    expect([outcome, order?.status, order?.avgFillPrice?.toString()]).toEqual(['booked', 'filled', '109.5']);
    expect(await world.execution.verify({ accountId: account })).toEqual([]);
  });

  it('of a fill that is not booked is raised', async () => {
    expect(await bust('never')).toBe('unknown_trade');
    expect((await world.risk.events.list({ accountId: account })).map(({ eventType }) => eventType)).toEqual([
      'unknown_bust',
    ]);
  });
});
