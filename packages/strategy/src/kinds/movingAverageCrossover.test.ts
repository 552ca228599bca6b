import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { BarWindow } from '../define/bars';
import { momentOf } from '../define/moment';
import { movingAverageCrossover } from './movingAverageCrossover';

const prepared = (changes: Record<string, unknown> = {}) =>
  movingAverageCrossover.prepare({
    kind: 'moving_average_crossover',
    accountId: 'ACC',
    symbols: ['AAPL'],
    signalSource: 'yahoo_adjusted',
    tradingSource: 'yahoo',
    startingCapital: '100000',
    fast: 2,
    slow: 3,
    allocation: '0.9',
    ...changes,
  });

const DAY_MS = 86_400_000;

/** What is said of the last of these closes. */
const decided = (changes: Record<string, unknown>, ...prices: number[]) => {
  const ready = prepared(changes);
  const columns = {
    time: Float64Array.from(prices, (_, day) => Date.UTC(2020, 0, 1) + day * DAY_MS),
    close: Float64Array.from(prices, (price) => Math.round(price * 10_000)),
  };
  const bars = new BarWindow({ symbol: 'AAPL', dataSource: 'yahoo_adjusted' }, columns, ready.history);
  return ready.decide(momentOf(bars.show(prices.length))).wanted[0];
};
const signalOn = (...prices: number[]) => decided({}, ...prices)?.signal ?? 'hold';

describe('the moving average crossover', () => {
  it('holds until it has seen the slow average of two bars', () => {
    expect(signalOn(1, 2, 9)).toBe('hold');
  });

  it('buys on the bar whose fast average rises above the slow one, and not on the next', () => {
    // (3, 2, 1): fast 1.5 < slow 2; (2, 1, 9): fast 5 > slow 4; (1, 9, 9): fast 9 > slow 6.33
    expect(signalOn(3, 2, 1, 9)).toBe('buy');
    expect(signalOn(3, 2, 1, 9, 9)).toBe('hold');
  });

  it('sells on the bar whose fast average falls below the slow one', () => {
    expect(signalOn(1, 2, 3, 1, 1)).toBe('sell');
  });

  it('takes leaving a line that was flat as a cross', () => {
    expect(signalOn(5, 5, 5, 6)).toBe('buy');
    expect(signalOn(5, 5, 5, 4)).toBe('sell');
  });

  it('says nothing of a touch that turns back, and crosses where a touch goes through', () => {
    // gaps (fast x 3 - slow x 2, in sums): 3 2 1 -> below; 2 1 x touches where (1 + x) / 2 = (3 + x) / 3, x = 3
    expect(signalOn(3, 2, 1, 3)).toBe('hold');
    // then 1 3 y: above where (3 + y) / 2 > (4 + y) / 3, y > -1 ... any price; so the touch goes through
    expect(signalOn(3, 2, 1, 3, 2)).toBe('buy');
    // 1 2 3 above; 2 3 1 touches (2 against 2); then 3 1 6 is above again: no signal
    expect(signalOn(1, 2, 3, 1, 9)).toBe('hold');
  });

  it('compares exactly: a hundredth part of a cent apart is not equal, however large the price', () => {
    expect(signalOn(0.1, 0.2, 0.3, 0.3)).toBe('hold');
    expect(signalOn(3, 2, 1, 3.0001)).toBe('buy');
    expect(signalOn(3, 2, 1, 2.9999)).toBe('hold');
    const price = 90_000_000_000;
    expect(signalOn(price + 0.0001, price, price - 0.0001, price + 0.0002)).toBe('buy');
    expect(signalOn(price + 0.0001, price, price - 0.0001, price + 0.0001)).toBe('hold');
  });

  it('gives every cross full strength unless a gap is named that is worth it', () => {
    // fast 5, slow 4: a quarter above.
    const strength = (changes: Record<string, unknown>) => decided(changes, 3, 2, 1, 9)?.strength.toString();
    expect(strength({})).toBe('1');
    expect(strength({ fullStrengthGap: '0.5' })).toBe('0.5');
    expect(strength({ fullStrengthGap: '0.25' })).toBe('1');
    expect(strength({ fullStrengthGap: '0.1' })).toBe('1');
    expect(strength({ fullStrengthGap: '1' })).toBe('0.25');
  });

  it.each([
    [{ fast: 3 }, 'fast is 3: must be less than slow'],
    [{ fast: 1.5 }, 'fast is 1.5'],
    [{ allocation: '1.2' }, 'allocation is "1.2"'],
    [{ allocation: '0' }, 'allocation is "0"'],
    [{ allocation: 0.5 }, 'allocation is 0.5'],
    [{ symbols: ['AAPL', 'MSFT'] }, 'all symbols together must not take more than 1'],
    [{ startingCapital: 'much' }, 'startingCapital is "much"'],
    [{ slow: undefined }, 'slow is undefined'],
    [{ fsat: 5 }, 'fsat is no parameter'],
  ])('refuses %j, naming the field and the value', (changes, message) => {
    expect(() => prepared(changes)).toThrow(message);
  });

  it('alternates: two buys never come without a sell between them, unless a flat line made it forget', () => {
    const prices = fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 4, maxLength: 60 });
    fc.assert(
      fc.property(prices, (series) => {
        const moving = series.filter((price, day) => price !== series[day - 1]);
        const signals = moving
          .map((_, last) => signalOn(...moving.slice(0, last + 1)))
          .filter((signal) => signal !== 'hold');
        return signals.every((signal, index) => index === 0 || signal !== signals[index - 1]);
      }),
    );
  });

  it('gives what averages computed afresh give', () => {
    const prices = fc.array(fc.integer({ min: 1, max: 1_000_000 }), { minLength: 4, maxLength: 40 });
    fc.assert(
      fc.property(prices, (series) => {
        // Whole numbers, so that 6 x an average is exact in a double: an independent way to the same comparison.
        const side = (last: number) => {
          const window = (bars: number) => series.slice(last - bars + 1, last + 1).reduce((a, b) => a + b, 0);
          return Math.sign(window(2) * 3 - window(3) * 2);
        };
        const sides = series.map((_, last) => (last < 2 ? 0 : side(last)));
        const now = sides.at(-1);
        const before = sides.slice(-6, -1).findLast((value) => value !== 0) ?? 0;
        const expected = now === 0 || now === before ? 'hold' : now === 1 ? 'buy' : 'sell';
        return signalOn(...series.slice(-9)) === expected;
      }),
    );
  });
});
