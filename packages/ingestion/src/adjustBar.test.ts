import { describe, expect, test } from '@jest/globals';
import { Decimal } from '@trading/model';
import fc from 'fast-check';
import { adjustedPrices, roundedPrices } from './adjustBar';

const prices = (open: string, high: string, low: string, close: string) => ({
  open: new Decimal(open),
  high: new Decimal(high),
  low: new Decimal(low),
  close: new Decimal(close),
});

describe('adjusted prices', () => {
  test('scale by adjclose / close, and are rounded half away from zero to four decimals', () => {
    expect(
      adjustedPrices(prices('64.501427', '65.414284', '64.5', '64.96286'), new Decimal('50.961628')),
    ).toEqual(prices('50.5996', '51.3158', '50.5985', '50.9616'));
  });

  test('are the quotes where nothing is to be adjusted', () => {
    expect(adjustedPrices(prices('10', '11', '9', '10.5'), new Decimal('10.5'))).toEqual(
      prices('10', '11', '9', '10.5'),
    );
  });

  test('a price at the close comes out as adjclose', () => {
    const { high, close } = adjustedPrices(prices('2', '3', '1', '3'), new Decimal('1.23455'));
    expect([high, close]).toEqual([new Decimal('1.2346'), new Decimal('1.2346')]);
  });

  test('keep a valid bar valid, whatever the factor', () => {
    const micros = fc.integer({ min: 1_000, max: 2_000_000_000 });
    fc.assert(
      fc.property(fc.tuple(micros, micros, micros, micros), micros, (values, adjusted) => {
        const [low, open, close, high] = [...values]
          .sort((a, b) => a - b)
          .map((value) => new Decimal(value).div(1e6));
        if (!low || !open || !close || !high) return;
        const exact = { open, high, low, close };
        const adjClose = new Decimal(adjusted).div(1e6);
        const smallest = low.times(adjClose).div(close);
        fc.pre(smallest.gte('0.0001'));
        for (const bar of [adjustedPrices(exact, adjClose), roundedPrices(exact)]) {
          expect(Decimal.max(bar.open, bar.close, bar.low).lte(bar.high)).toBe(true);
          expect(Decimal.min(bar.open, bar.close, bar.high).gte(bar.low)).toBe(true);
          expect(bar.low.gt(0)).toBe(true);
        }
      }),
    );
  });
});
