import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { Decimal } from '@trading/model';
import fc from 'fast-check';
import { maxDrawdown } from './drawdown';
import { curveReturns, equityReturn } from './equityReturn';
import { DAILY_SHARPE, returnStatistics, sharpeRatio } from './sharpeRatio';

const decimals = (...values: (string | number)[]) => values.map((value) => new Decimal(String(value)));
const sharpeOf = (...returns: (string | number)[]) => sharpeRatio(returnStatistics(decimals(...returns)));

describe('returns', () => {
  it('are of a curve that begins with the starting capital', () => {
    expect(curveReturns(decimals(100, 110, 99)).map(String)).toEqual(['0.1', '-0.1']);
  });

  it('are not defined after ruin', () => {
    expect(equityReturn(new Decimal(0), new Decimal(10))).toBeNull();
    expect(curveReturns(decimals(100, -5, 10)).map(String)).toEqual(['-1.05']);
  });
});

describe('the Sharpe ratio', () => {
  it('is the mean over the sample deviation, annualised by the square root of 252', () => {
    // Mean 0.02, deviations -0.01, 0, 0.01: variance 0.0002 / 2, deviation 0.01. So 2 x sqrt(252) = 31.7490157...
    expect(sharpeOf('0.01', '0.02', '0.03')?.toFixed(10)).toBe('31.7490157328');
  });

  it('takes a 252nd part of the risk-free rate from each return', () => {
    // 2.52 a year is 0.01 a day: the mean above it is 0.01, so half of the ratio above.
    const method = { ...DAILY_SHARPE, riskFreeRate: new Decimal('2.52') };
    const statistics = returnStatistics(decimals('0.01', '0.02', '0.03'));
    expect(sharpeRatio(statistics, method)?.toFixed(10)).toBe('15.8745078664');
  });

  it('is null for fewer than two returns and for returns that are all the same', () => {
    expect(sharpeOf()).toBeNull();
    expect(sharpeOf('0.01')).toBeNull();
    expect(sharpeOf('0.01', '0.01', '0.01')).toBeNull();
    expect(sharpeOf(0, 0)).toBeNull();
    // A third can't be written down exactly: its deviation from itself is none all the same.
    const third = equityReturn(new Decimal(3), new Decimal(4));
    expect(
      sharpeRatio(returnStatistics([third, third, third].map((value) => value ?? new Decimal(0)))),
    ).toBeNull();
  });
});

describe('the maximum drawdown', () => {
  it.each([
    [[100, 120, 90, 130, 117], '-0.25'],
    [[100, 90, 80, 200, 150, 170], '-0.25'],
    [[100, 50], '-0.5'],
    [[100, 101, 102], '0'],
    [[100], '0'],
    [[], '0'],
  ])('of %j is %s', (curve, expected) => {
    expect(maxDrawdown(decimals(...curve)).toString()).toBe(expected);
  });
});

interface NumpyCase {
  readonly riskFreeRate: string;
  readonly curve: string[];
  readonly sharpeRatio: number;
  readonly maxDrawdown: number;
}

describe('figures that numpy computed (test/fixtures/numpy_figures.py)', () => {
  const file = join(__dirname, '..', '..', 'test', 'fixtures', 'numpy_figures.json');
  const cases = JSON.parse(readFileSync(file, 'utf8')) as NumpyCase[];

  it.each(cases.map((example) => [example.curve.length - 1, example] as const))(
    'agree on %d days',
    (_, example) => {
      const curve = decimals(...example.curve);
      const method = { ...DAILY_SHARPE, riskFreeRate: new Decimal(example.riskFreeRate) };
      const sharpe = sharpeRatio(returnStatistics(curveReturns(curve)), method);
      expect(sharpe?.toNumber()).toBeCloseTo(example.sharpeRatio, 9);
      expect(maxDrawdown(curve).toNumber()).toBeCloseTo(example.maxDrawdown, 12);
    },
  );
});

describe('figures of any curve', () => {
  const curves = fc
    .array(fc.integer({ min: 1, max: 10_000_000 }), { minLength: 2, maxLength: 60 })
    .map((cents) => cents.map((value) => new Decimal(value).div(100)));

  it('do not change when all money is counted in another unit', () => {
    fc.assert(
      fc.property(curves, (curve) => {
        const scaled = curve.map((equity) => equity.times(8));
        expect(curveReturns(scaled)).toEqual(curveReturns(curve));
        expect(maxDrawdown(scaled)).toEqual(maxDrawdown(curve));
      }),
    );
  });

  it('have a drawdown that is the worst of all pairs of a peak and a later low', () => {
    fc.assert(
      fc.property(curves, (curve) => {
        const falls = curve.flatMap((peak, index) =>
          curve
            .slice(index)
            .map((low) => low.minus(peak).div(peak).toDecimalPlaces(20, Decimal.ROUND_HALF_EVEN)),
        );
        expect(maxDrawdown(curve)).toEqual(Decimal.min(...falls));
      }),
    );
  });

  it('have the Sharpe ratio of the two-pass formula', () => {
    fc.assert(
      fc.property(curves, (curve) => {
        const returns = curveReturns(curve);
        const mean = returns.reduce((sum, r) => sum.plus(r), new Decimal(0)).div(returns.length);
        const squares = returns.reduce((sum, r) => sum.plus(r.minus(mean).pow(2)), new Decimal(0));
        const actual = sharpeRatio(returnStatistics(returns));
        if (returns.length < 2 || squares.lt('1e-36')) return;
        const deviation = squares.div(returns.length - 1).sqrt();
        const expected = mean.div(deviation).times(new Decimal(252).sqrt());
        expect(actual?.toFixed(12)).toBe(expected.toFixed(12));
      }),
    );
  });
});
