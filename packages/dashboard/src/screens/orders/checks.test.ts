import { describe, expect, it } from '@jest/globals';
import { decisionOf } from './checks';

describe("risk's decision", () => {
  it('has each limit with its bound and what the order made of it', () => {
    const checks = {
      max_order_quantity: ['1000000', '499'],
      max_drawdown: ['0.5', null],
      max_price_age: [null, '3'],
    };
    expect(decisionOf({ checks })).toEqual({
      checks: [
        { limitType: 'max_order_quantity', bound: '1000000', value: '499' },
        { limitType: 'max_drawdown', bound: '0.5', value: null },
      ],
      rest: [],
    });
  });

  it('says of an order that only reduces that it does', () => {
    expect(decisionOf({ checks: { reduces_only: true, held: '100' } })).toEqual({
      checks: [],
      rest: [
        ['reduces only', 'true'],
        ['held', '100'],
      ],
    });
  });

  it('names what denied an order, and is empty where nothing is kept', () => {
    expect(decisionOf({ limit: 'kill_switch', observed: null, limit_value: null }).rest).toEqual([
      ['limit', 'kill_switch'],
    ]);
    expect(decisionOf(null)).toEqual({ checks: [], rest: [] });
  });
});
