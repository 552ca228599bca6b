import { describe, expect, it } from '@jest/globals';
import { Decimal } from '@trading/model';
import fc from 'fast-check';
import { advanceDay, type DailyState, startingState, type TradingDay } from './dailyState';
import { metricRows, STATE_METRICS, storedState } from './metricRows';
import { maxDrawdown } from './metrics/drawdown';
import { curveReturns } from './metrics/equityReturn';
import { returnStatistics, sharpeRatio } from './metrics/sharpeRatio';
import type { PerformanceBasis } from './performanceBasis';

const basis: PerformanceBasis = {
  strategyId: 'trend',
  accountId: 'ACC',
  symbols: ['A', 'B'],
  series: 'yahoo',
  startingCapital: new Decimal(100_000),
  startDate: null,
  riskFreeRate: new Decimal('0.01'),
};

const price = fc.integer({ min: 1, max: 5_000_000 }).map((value) => new Decimal(value).div(10_000));
const symbol = fc.constantFrom('A', 'B');

const fill = fc.record({
  symbol,
  side: fc.constantFrom('buy' as const, 'sell' as const),
  quantity: fc.integer({ min: 1, max: 1_000_000 }).map((value) => new Decimal(value).div(10_000)),
  price,
  commission: fc.integer({ min: 0, max: 99_999 }).map((value) => new Decimal(value).div(10_000)),
});

const days: fc.Arbitrary<TradingDay[]> = fc
  .array(fc.tuple(fc.array(fill, { maxLength: 3 }), fc.record({ A: price, B: price })), {
    minLength: 1,
    maxLength: 15,
  })
  .map((all) =>
    all.map(([fills, closes], index) => ({
      date: new Date(Date.UTC(2020, 0, 1 + index)).toISOString().slice(0, 10),
      fills,
      closes,
    })),
  );

const start = () => startingState(basis.startingCapital);

/** What the database gives back of a day's rows: values at eight decimals, methods through JSON. */
function throughDatabase(date: string, state: DailyState): DailyState | null {
  const rows = metricRows(basis, date, state).filter(({ metric }) =>
    STATE_METRICS.some((name) => name === metric),
  );
  const stored = rows.map(({ metric, value, method }) => [
    metric,
    { value: value?.toFixed(8) ?? null, method: JSON.parse(JSON.stringify(method)) as unknown },
  ]);
  return storedState(basis, Object.fromEntries(stored));
}

describe('the daily state', () => {
  it('goes on from the database exactly as it would have gone on without', () => {
    fc.assert(
      fc.property(days, (all) => {
        let kept = start();
        let reread = start();
        for (const day of all) {
          kept = advanceDay(kept, day);
          reread = advanceDay(reread, day);
          expect(metricRows(basis, day.date, reread)).toEqual(metricRows(basis, day.date, kept));
          const stored = throughDatabase(day.date, reread);
          expect(stored).not.toBeNull();
          reread = stored ?? start();
        }
      }),
    );
  });

  it('has the equity of starting capital, all cash flows and what is held at its close', () => {
    fc.assert(
      fc.property(days, (all) => {
        const end = all.reduce(advanceDay, start());
        let expected = basis.startingCapital;
        for (const { side, symbol: name, quantity, price: paid, commission } of all.flatMap(
          ({ fills }) => fills,
        )) {
          const close = all.at(-1)?.closes[name] ?? new Decimal(0);
          const gain = close.minus(paid).times(quantity);
          expected = expected.plus(side === 'buy' ? gain : gain.negated()).minus(commission);
        }
        expect(end.equity.toString()).toBe(expected.toString());
      }),
    );
  });

  it('has the figures of its whole curve', () => {
    fc.assert(
      fc.property(days, (all) => {
        const curve = [basis.startingCapital];
        let state = start();
        for (const day of all) {
          state = advanceDay(state, day);
          curve.push(state.equity);
        }
        const method = { periodsPerYear: 252, riskFreeRate: basis.riskFreeRate };
        expect(state.drawdown.worst).toEqual(maxDrawdown(curve));
        expect(sharpeRatio(state.returns, method)).toEqual(
          sharpeRatio(returnStatistics(curveReturns(curve)), method),
        );
      }),
    );
  });
});

describe('stored figures', () => {
  const state = advanceDay(start(), { date: '2020-01-02', fills: [], closes: { A: new Decimal(1) } });
  const rows = Object.fromEntries(
    metricRows(basis, '2020-01-02', state).map(({ metric, value, method }) => [
      metric,
      { value: value?.toFixed(8) ?? null, method },
    ]),
  );

  it.each([
    [{ startingCapital: new Decimal(5) }],
    [{ symbols: ['A'] }],
    [{ series: 'alpaca' }],
    [{ startDate: '2019-01-01' }],
    [{ riskFreeRate: new Decimal(0) }],
  ])('on another basis (%j) are not gone on from', (change) => {
    expect(storedState({ ...basis, ...change }, rows)).toBeNull();
    expect(storedState(basis, rows)).not.toBeNull();
  });

  it('that are not all there are not gone on from', () => {
    const { win_rate: _, ...others } = rows;
    expect(storedState(basis, others)).toBeNull();
    expect(storedState(basis, { ...rows, equity: { value: '1', method: {} } })).toBeNull();
  });
});
