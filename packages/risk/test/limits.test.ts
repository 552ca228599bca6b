import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Decimal } from '@trading/model';
import { LIMIT_TYPE_NAMES, NEEDED_LIMITS } from '../src';
import { type Desk, openDesk } from './desk';

let desk: Desk;
beforeAll(async () => {
  desk = await openDesk();
});
afterAll(async () => {
  await desk?.[Symbol.asyncDispose]();
});

describe('limits', () => {
  it('knows the names that the database knows', async () => {
    const { rows } = await desk.owner.query<{ definition: string }>(
      `SELECT pg_get_constraintdef(oid) AS definition FROM pg_constraint WHERE conname = 'valid_limit_type'`,
    );
    const names = [...(rows[0]?.definition ?? '').matchAll(/'(\w+)'/g)].map((match) => match[1]);
    expect(names.sort()).toEqual([...LIMIT_TYPE_NAMES].sort());
  });

  it('gives an account all it needs, and keeps what was set', async () => {
    await desk.risk.limits.set('B', 'max_order_quantity', '7');
    await desk.risk.limits.openAccount('B', '5000');
    const limits = new Map(
      (await desk.risk.limits.list('B')).map(({ type, value }) => [type, value.toString()]),
    );
    expect(NEEDED_LIMITS.every((type) => limits.has(type))).toBe(true);
    expect([limits.get('max_order_quantity'), limits.get('max_order_notional')]).toEqual(['7', '10000']);
  });

  it('sets a field of a symbol and leaves the others, however many are set at once', async () => {
    const { limits } = desk.risk;
    await limits.setPosition('D', 'AAPL', { maxQuantity: '1', maxNotional: '1', maxOutsideSession: '1' });
    for (let value = 2; value < 20; value += 1) {
      const text = String(value);
      await Promise.all([
        limits.setPosition('D', 'AAPL', { maxQuantity: text }),
        limits.setPosition('D', 'AAPL', { maxNotional: text }),
        limits.setPosition('D', 'AAPL', { maxOutsideSession: text }),
      ]);
      const [set] = await limits.listPositions('D');
      expect([set?.maxQuantity, set?.maxNotional, set?.maxOutsideSession].map(String)).toEqual([
        text,
        text,
        text,
      ]);
    }
  });

  it('takes a limit out of force, and puts it back by setting it', async () => {
    const { limits } = desk.risk;
    await limits.set('E', 'price_collar', '0.1');
    await limits.set('E', 'price_collar', '0.05', { strategyId: 'sma' });
    expect(await limits.clear('E', 'price_collar')).toBe(true);
    expect(await limits.clear('E', 'price_collar')).toBe(false);
    const inForce = async () =>
      (await limits.list('E')).filter(({ active }) => active).map(({ strategyId }) => strategyId);
    expect(await inForce()).toEqual(['sma']);
    await limits.set('E', 'price_collar', '0.2');
    expect(await inForce()).toEqual([null, 'sma']);
    await expect(limits.clear('E', 'max_drawdown', { strategyId: 'sma' })).rejects.toMatchObject({
      code: 'RISK.INVALID_LIMIT',
    });
  });

  it('takes the limits of a symbol away one by one, and the row with the last, however many at once', async () => {
    const { limits } = desk.risk;
    for (let round = 0; round < 10; round += 1) {
      await limits.setPosition('F', '*', { maxQuantity: '1', maxNotional: '2', maxOutsideSession: '3' });
      expect(await limits.clearPosition('F', '*', 'maxNotional')).toBe(true);
      expect(await limits.clearPosition('F', '*', 'maxNotional')).toBe(false);
      expect(await limits.listPositions('F')).toMatchObject([{ symbol: '*', maxNotional: null }]);
      expect(
        await Promise.all([
          limits.clearPosition('F', '*', 'maxQuantity'),
          limits.clearPosition('F', '*', 'maxOutsideSession'),
        ]),
      ).toEqual([true, true]);
      expect(await limits.listPositions('F')).toEqual([]);
      await limits.setPosition('F', '*', { maxQuantity: '1' });
      const [cleared] = await Promise.all([
        limits.clearPosition('F', '*', 'maxQuantity'),
        limits.setPosition('F', '*', { maxNotional: '2' }),
      ]);
      expect(cleared).toBe(true);
      expect(await limits.listPositions('F')).toMatchObject([
        { maxQuantity: null, maxNotional: new Decimal(2) },
      ]);
      await limits.clearPosition('F', '*', 'maxNotional');
    }
  });

  it('refuses what is no limit', async () => {
    await expect(desk.risk.limits.set('B', 'max_order_quantity', '-1')).rejects.toMatchObject({
      code: 'RISK.INVALID_LIMIT',
      message: "max_order_quantity is '-1': it must not be below 0",
    });
    await expect(desk.risk.limits.set('B', 'max_order_quantity', '1.00001')).rejects.toMatchObject({
      code: 'MODEL.DOES_NOT_FIT',
    });
    await expect(desk.risk.limits.setPosition('B', 'AAPL', {})).rejects.toMatchObject({
      code: 'RISK.INVALID_LIMIT',
    });
    await expect(desk.risk.limits.openAccount('C', '0')).rejects.toMatchObject({
      code: 'RISK.INVALID_LIMIT',
    });
  });
});
