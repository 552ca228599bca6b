import { describe, expect, it } from '@jest/globals';
import { Decimal } from '@trading/model';
import fc from 'fast-check';
import { applyFill, averagePrice, FLAT, type Holding, unrealized } from './position';

const decimal = (value: string | number) => new Decimal(value);
const tenThousandths = (most: number) =>
  fc.integer({ min: 1, max: most }).map((units) => new Decimal(units).times('0.0001'));
const fill = fc.record({
  quantity: fc
    .tuple(fc.oneof(tenThousandths(5_000_000), fc.integer({ min: 1, max: 300 }).map(decimal)), fc.boolean())
    .map(([size, buys]) => (buys ? size : size.negated())),
  price: tenThousandths(20_000_000),
  commission: fc.integer({ min: -1_000, max: 100_000 }).map((units) => new Decimal(units).times('0.0001')),
});

function book(fills: readonly { quantity: Decimal; price: Decimal; commission: Decimal }[]) {
  let holding: Holding = FLAT;
  let realized = decimal(0);
  for (const { quantity, price, commission } of fills) {
    const effect = applyFill(holding, quantity, price, commission);
    holding = effect.holding;
    realized = realized.plus(effect.realized);
  }
  return { holding, realized };
}

describe('applyFill', () => {
  it('averages what is added', () => {
    const { holding, realized } = book([
      { quantity: decimal(100), price: decimal(10), commission: decimal(1) },
      { quantity: decimal(200), price: decimal(13), commission: decimal(1) },
    ]);
    expect([holding.quantity, holding.avgPrice, realized].map(String)).toEqual(['300', '12', '-2']);
  });

  it('keeps the average on a partial close and realises the difference', () => {
    const { holding, realized } = book([
      { quantity: decimal(100), price: decimal(10), commission: decimal(0) },
      { quantity: decimal(-40), price: decimal(12), commission: decimal(1) },
    ]);
    expect([holding.quantity, holding.avgPrice, realized].map(String)).toEqual(['60', '10', '79']);
  });

  it('starts the rest at the fill price on a flip, and gives the closing leg its share of the commission', () => {
    const long = applyFill(FLAT, decimal(100), decimal(10), decimal(0)).holding;
    const flip = applyFill(long, decimal(-160), decimal(11), decimal('1.6'));
    expect([flip.holding.quantity, flip.holding.avgPrice, flip.realized].map(String)).toEqual([
      '-60',
      '11',
      '98.4',
    ]);
    expect([flip.closedQuantity, flip.closingCommission].map(String)).toEqual(['100', '1']);
  });

  it('earns on a short that falls', () => {
    const { holding, realized } = book([
      { quantity: decimal(-50), price: decimal(20), commission: decimal(0) },
      { quantity: decimal(50), price: decimal(18), commission: decimal(0) },
    ]);
    expect([holding.quantity, holding.cost, realized].map(String)).toEqual(['0', '0', '100']);
  });

  it('loses no digit: realised + unrealised = -sum(fill x price) - commissions + quantity x mark', () => {
    fc.assert(
      fc.property(fc.array(fill, { maxLength: 30 }), tenThousandths(20_000_000), (fills, mark) => {
        const { holding, realized } = book(fills);
        const cash = fills.reduce(
          (sum, { quantity, price, commission }) => sum.minus(quantity.times(price)).minus(commission),
          decimal(0),
        );
        const worth = cash.plus(holding.quantity.times(mark));
        expect(realized.plus(unrealized(holding, mark)).toString()).toBe(worth.toString());
      }),
    );
  });

  it('follows the formulas of average cost within what its columns hold', () => {
    fc.assert(
      fc.property(fc.array(fill, { minLength: 1, maxLength: 20 }), (fills) => {
        let holding: Holding = FLAT;
        let quantity = decimal(0);
        let price = decimal(0);
        for (const { quantity: f, price: x, commission } of fills) {
          const effect = applyFill(holding, f, x, commission);
          const k = Decimal.min(quantity.abs(), f.abs());
          let realized = commission.negated();
          if (quantity.times(f).gte(0)) {
            price = quantity.abs().times(price).plus(f.abs().times(x)).div(quantity.abs().plus(f.abs()));
          } else {
            realized = realized.plus(x.minus(price).times(k).times(quantity.s));
            if (f.abs().gt(quantity.abs())) price = x;
          }
          quantity = quantity.plus(f);
          if (quantity.isZero()) price = decimal(0);
          // Each partial close may cut up to one unit of the eighth decimal from the cost.
          expect(effect.realized.minus(realized).abs().lte('0.000001')).toBe(true);
          expect(effect.holding.quantity.toString()).toBe(quantity.toString());
          expect(effect.holding.cost.minus(quantity.times(price)).abs().lte('0.000001')).toBe(true);
          holding = effect.holding;
        }
      }),
    );
  });

  it('never needs more than the eighth decimal', () => {
    fc.assert(
      fc.property(fc.array(fill, { maxLength: 30 }), (fills) => {
        const { holding, realized } = book(fills);
        expect(Math.max(holding.cost.decimalPlaces(), realized.decimalPlaces())).toBeLessThanOrEqual(8);
        expect(holding.avgPrice.decimalPlaces()).toBeLessThanOrEqual(4);
      }),
    );
  });
});

describe('averagePrice', () => {
  it('rounds half away from zero, once', () => {
    expect(averagePrice(decimal('1.23445'), decimal(1)).toString()).toBe('1.2345');
    expect(averagePrice(decimal('-3.70333333'), decimal('-3')).toString()).toBe('1.2344');
  });
});
