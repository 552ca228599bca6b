import { describe, expect, it } from '@jest/globals';
import { isTradingError } from '@trading/model';
import { z } from 'zod';
import { createStrategyKinds } from '../kinds/strategyKinds';
import { BarWindow } from './bars';
import type { Decision } from './decision';
import { defineStrategy } from './defineStrategy';
import { type Moment, momentOf } from './moment';

const PARAMETERS = {
  kind: 'mine',
  accountId: 'ACC',
  symbols: ['AAPL', 'MSFT'],
  signalSource: 'yahoo',
  tradingSource: 'yahoo',
  startingCapital: '1000',
};

const kindOf = (decide: (moment: Moment) => unknown, history = 2) =>
  defineStrategy({
    kind: 'mine',
    summary: 'A test.',
    parameters: z.object({}),
    fields: ['close', 'volume'],
    history: () => history,
    decide: (moment) => decide(moment) as Decision<undefined> | undefined,
  });

const columns = {
  time: Float64Array.of(1, 2, 3, 4),
  close: Float64Array.of(645_014, 20_000, 30_000, 40_000),
  volume: Float64Array.of(10, 20, 30, 40),
};
const bars = (history = 2) => new BarWindow({ symbol: 'AAPL', dataSource: 'yahoo' }, columns, history);
const decide = (answer: unknown) =>
  kindOf(() => answer)
    .prepare(PARAMETERS)
    .decide(momentOf(bars().show(3))).wanted;
const errorOf = (work: () => unknown) => {
  try {
    work();
  } catch (error) {
    if (isTradingError(error)) return `${error.code} ${error.message}`;
    throw error;
  }
  return 'nothing thrown';
};

describe('what a strategy sees', () => {
  it('ends at the moment, and begins with the history that it asked for', () => {
    const window = bars(2).show(3);
    expect([0, 1, 2, -1, 0.5, Number.NaN].map((ago) => window.close(ago))).toEqual([
      3,
      2,
      ...Array(4).fill(Number.NaN),
    ]);
    expect({ length: window.length, at: window.time(), volume: window.volume(1) }).toEqual({
      length: 2,
      at: 3,
      volume: 20,
    });
    expect([...window.column('close')]).toEqual([2, 3]);
    expect([...window.column('close', 1)]).toEqual([3]);
    expect([...window.column('volume', 99)]).toEqual([20, 30]);
    expect(window.show(1).ticks('close')).toBe(645_014);
    expect(window.close()).toBe(64.5014);
    expect([...window.column('close', 2)]).toEqual([64.5014]);
  });

  it('has only the columns that it asked for', () => {
    expect(errorOf(() => bars().show(2).open())).toMatch(
      /STRATEGY.FIELD_NOT_READ the strategy looks at open/,
    );
  });
});

describe('what a strategy decides', () => {
  it('is sized by its capital, cut toward zero', () => {
    const sized = (target: object) => {
      const [wanted] = decide({ targets: [{ symbol: 'AAPL', ...target }] });
      return [wanted?.signal, wanted?.targetNotional.toString(), wanted?.targetQuantity?.toString()];
    };
    expect(sized({ weight: 0.3333 })).toEqual(['buy', '333.3', undefined]);
    expect(sized({ weight: '-0.12345678', strength: 0.5 })).toEqual(['sell', '-61.7283', undefined]);
    expect(sized({ notional: -499.99 })).toEqual(['sell', '-499.99', undefined]);
    expect(sized({ quantity: -7 })).toEqual(['sell', '-21', '-7']);
    expect(sized({ weight: 0 })).toEqual(['sell', '0', undefined]);
    expect(decide(undefined)).toEqual([]);
  });

  it('carries orders as they are to be placed', () => {
    const orders = [
      { symbol: 'AAPL', side: 'buy', quantity: 3, orderType: 'limit', price: 2.5, timeInForce: 'gtc' },
      { symbol: 'AAPL', side: 'sell', quantity: '1.5', orderType: 'stop', stopPrice: '2' },
    ];
    expect(decide({ orders })).toEqual([
      expect.objectContaining({
        symbol: 'AAPL',
        signal: 'buy',
        orders: [
          { side: 'buy', quantity: '3', orderType: 'limit', timeInForce: 'gtc', price: '2.5' },
          { side: 'sell', quantity: '1.5', orderType: 'stop', timeInForce: 'day', stopPrice: '2' },
        ],
      }),
    ]);
  });

  it.each([
    [
      { orders: [{ symbol: 'AAPL', side: 'hold', quantity: 1 }] },
      /side of AAPL is 'hold': it must be one of buy, sell/,
    ],
    [{ orders: [{ symbol: 'AAPL', side: 'buy', quantity: 0 }] }, /quantity of AAPL is 0: it must be above 0/],
    [
      { orders: [{ symbol: 'AAPL', side: 'buy', quantity: 1, orderType: 'limit' }] },
      /price of AAPL is undefined/,
    ],
    [
      { orders: [{ symbol: 'AAPL', side: 'buy', quantity: 1, price: 2 }] },
      /price of AAPL is 2: a market order has none/,
    ],
    [{ targets: [{ symbol: 'AAPL', weight: 0.1, quantity: 1 }] }, /target of AAPL is 'weight and quantity'/],
    [
      { targets: [{ symbol: 'AAPL', notional: 501 }] },
      /notional of AAPL is 501: its size must be at most .* 500/,
    ],
    [
      { state: { day: 1 } },
      /INVALID_STATE the state of a mine strategy is left, but the strategy declares none/,
    ],
    [
      { targets: [{ symbol: 'AAPL', weight: Number.NaN }] },
      /INVALID_DECISION weight of AAPL is NaN: it must be a number/,
    ],
    [{ targets: [{ symbol: 'AAPL', weight: Infinity }] }, /weight of AAPL is Infinity/],
    [{ targets: [{ symbol: 'AAPL' }] }, /target of AAPL is 'nothing': say one of weight/],
    [{ targets: [{ symbol: 'AAPL', weight: 0.51 }] }, /its size must be at most the allocation, 0.5/],
    [{ targets: [{ symbol: 'AAPL', weight: -0.51 }] }, /its size must be at most the allocation, 0.5/],
    [
      { targets: [{ symbol: 'TSLA', weight: 0.1 }] },
      /symbol is 'TSLA': it must be one of the strategy's: AAPL, MSFT/,
    ],
    [{ targets: [{ symbol: 'AAPL', weight: 0.1, strength: 2 }] }, /strength of AAPL is 2/],
    [
      {
        targets: [
          { symbol: 'AAPL', weight: 0.1 },
          { symbol: 'AAPL', weight: 0 },
        ],
      },
      /two targets/,
    ],
    ['buy', /(decision|targets) is/],
    [null, /(decision|targets) is/],
  ])('refuses %j', (answer, message) => {
    expect(errorOf(() => decide(answer))).toMatch(message);
  });

  it('is an error that names the strategy where the strategy throws', () => {
    const kind = kindOf(() => {
      throw new RangeError('no such day');
    });
    expect(errorOf(() => kind.prepare(PARAMETERS).decide(momentOf(bars().show(1))))).toBe(
      'STRATEGY.FAILED strategy kind mine failed: no such day',
    );
  });
});

describe('a definition', () => {
  it('has a name of its own', () => {
    const kind = kindOf(() => undefined);
    expect(errorOf(() => createStrategyKinds([kind, kind]))).toBe(
      "STRATEGY.DUPLICATE_KIND there are two kinds of strategies named 'mine'",
    );
    expect(errorOf(() => createStrategyKinds([kind]).prepare({ kind: 'other' }))).toBe(
      'STRATEGY.UNKNOWN_KIND kind is "other"; it must be one of mine',
    );
  });

  it.each([
    [{ kind: 'Mine' }, /'Mine': kind: it must be lower case/],
    [{ summary: '' }, /'mine': summary/],
    [{ parameters: {} }, /'mine': parameters: it must be a zod object/],
    [{ fields: ['price'] }, /fields: 'price' is none of open/],
    [{ decide: undefined }, /decide: say one of decide and decideAll/],
    [{ waitMs: -1 }, /waitMs: it must be whole milliseconds/],
  ])('is refused with %j', (changes, message) => {
    const definition = {
      kind: 'mine',
      summary: 'A test.',
      parameters: z.object({}),
      history: () => 1,
      decide: () => undefined,
      ...changes,
    };
    expect(errorOf(() => defineStrategy(definition as Parameters<typeof defineStrategy>[0]))).toMatch(
      message,
    );
  });

  it('must want some history', () => {
    expect(errorOf(() => kindOf(() => undefined, Number.NaN).prepare(PARAMETERS))).toMatch(
      /history: it is NaN/,
    );
  });
});
