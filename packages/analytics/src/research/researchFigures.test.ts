import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { Decimal } from '@trading/model';
import fc from 'fast-check';
import type { DatedFill } from '../sql/selectFills';
import type { CurvePoint } from './equityCurve';
import { researchFigures, type TrackRecord } from './researchFigures';
import { rollingSharpe } from './returnFigures';

const FIXTURE = join(__dirname, '..', '..', 'test', 'fixtures', 'research_figures.json');
const PUBLISHED = JSON.parse(readFileSync(FIXTURE, 'utf8'));

type Published = { years: Record<string, number>; months: Record<string, number> } & Record<string, number>;

const AAPL = closes(require.resolve('@observablehq/sample-datasets/aapl.csv'), 'Adj Close');
const SP500 = closes(join(dirname(require.resolve('vega-datasets')), '../data/sp500-2000.csv'), 'close');

describe('figures of real prices agree with empyrical, quantstats and numpy (test/fixtures/research_figures.py)', () => {
  it.each([
    ['AAPL with dividends, 2013 to 2018', AAPL, PUBLISHED.aapl],
    ['the S&P 500, 2000 to 2020', SP500, PUBLISHED.sp500],
  ])('%s', (_, prices, published) => {
    const figures = researchFigures(held(prices, published.riskFreeRate));
    const { riskFreeRate: _rate, years, months, longestDrawdownDays, ...expected }: Published = published;
    for (const [figure, value] of Object.entries(expected)) {
      expect([figure, figures[figure as 'sharpe']]).toEqual([figure, expect.closeTo(value, 9)]);
    }
    expect(byPeriod(figures.years)).toEqual(close(years));
    expect(byPeriod(figures.months)).toEqual(close(months));
    expect(figures.longestDrawdownDays).toBe(longestDrawdownDays);
  });

  it('and so does AAPL measured against the S&P 500', () => {
    const record = held(AAPL, 0.02);
    const last = record.curve.at(-1)?.date ?? '';
    const closesOfIndex = SP500.filter(({ date }) => date >= (AAPL[0]?.date ?? '') && date <= last);
    const { benchmark } = researchFigures({ ...record, benchmark: { name: 'SPX', closes: closesOfIndex } });
    expect(benchmark).toEqual({ name: 'SPX', ...close(PUBLISHED.aaplAgainstSp500) });
  });
});

describe('round trips', () => {
  it('run from flat to flat, or from flip to flip, commissions taken off', () => {
    const fills = [
      fill('2020-01-02', 'buy', 10, 100, 1),
      fill('2020-01-03', 'buy', 10, 110, 1),
      fill('2020-01-06', 'sell', 5, 120, 1),
      // Closes 15 and opens 5 short: three quarters of the commission belong to the first.
      fill('2020-01-10', 'sell', 20, 130, 4),
      fill('2020-01-20', 'buy', 5, 140, 1),
    ];
    const { roundTrips, trades } = researchFigures({ ...FLAT_RECORD, fills });
    expect(roundTrips.map((trip) => JSON.parse(JSON.stringify(trip)))).toEqual([
      {
        symbol: 'AAPL',
        side: 'long',
        quantity: '20',
        opened: '2020-01-02',
        closed: '2020-01-10',
        days: 8,
        entryPrice: '105',
        exitPrice: '127.5',
        pnl: '444',
        return: 444 / 2100,
      },
      {
        symbol: 'AAPL',
        side: 'short',
        quantity: '5',
        opened: '2020-01-10',
        closed: '2020-01-20',
        days: 10,
        entryPrice: '130',
        exitPrice: '140',
        pnl: '-52',
        return: -52 / 650,
      },
    ]);
    expect(trades).toEqual({
      closed: 2,
      profitFactor: 444 / 52,
      expectancy: 196,
      averageWin: 444,
      averageLoss: -52,
      averageHoldingDays: 9,
    });
  });

  it('earn together what was paid and received, whatever the fills, once all is flat', () => {
    const trades = fc.array(
      fc.record({
        side: fc.constantFrom('buy' as const, 'sell' as const),
        quantity: fc.integer({ min: 1, max: 100 }),
        price: fc.integer({ min: 1, max: 500 }),
        commission: fc.integer({ min: 0, max: 5 }),
      }),
      { minLength: 1, maxLength: 30 },
    );
    fc.assert(
      fc.property(trades, (drawn) => {
        const fills = drawn.map((one) =>
          fill('2020-01-02', one.side, one.quantity, one.price, one.commission),
        );
        const position = drawn.reduce(
          (sum, { side, quantity }) => sum + (side === 'buy' ? quantity : -quantity),
          0,
        );
        if (position !== 0) {
          fills.push(fill('2020-01-03', position > 0 ? 'sell' : 'buy', Math.abs(position), 100, 0));
        }
        const cash = fills.reduce(
          (sum, { side, quantity, price, commission }) =>
            sum.plus(quantity.times(price).times(side === 'buy' ? -1 : 1)).minus(commission),
          new Decimal(0),
        );
        const { roundTrips } = researchFigures({ ...FLAT_RECORD, fills });
        const earned = roundTrips.reduce((sum, { pnl }) => sum.plus(pnl), new Decimal(0));
        expect(earned.toFixed(12)).toBe(cash.toFixed(12));
      }),
    );
  });

  it('count where they closed; what was bought before the period is held in it', () => {
    const fills = [
      fill('2019-12-02', 'buy', 10, 90, 0),
      fill('2019-12-03', 'sell', 5, 95, 0),
      fill('2020-01-06', 'sell', 5, 120, 0),
    ];
    const { roundTrips, exposure } = researchFigures({ ...FLAT_RECORD, fills });
    expect(roundTrips.map(({ opened, closed }) => [opened, closed])).toEqual([['2019-12-02', '2020-01-06']]);
    // 2 and 3 January of four dates: at the close of the 6th nothing is held.
    expect(exposure).toBe(0.5);
  });
});

describe('where a figure is not defined', () => {
  it('it is null', () => {
    expect(researchFigures(FLAT_RECORD)).toMatchObject({
      totalReturn: 0,
      volatility: 0,
      sharpe: null,
      sortino: null,
      omega: null,
      calmar: null,
      maxDrawdown: 0,
      exposure: 0,
      benchmark: null,
      trades: { closed: 0, profitFactor: null, expectancy: null },
    });
  });

  it('after ruin nothing can be earned, and the date is named', () => {
    const curve = [point('2020-01-02', 50), point('2020-01-03', -10), point('2020-01-06', 5)];
    expect(() => researchFigures({ ...FLAT_RECORD, curve })).toThrow(
      'equity is -10 at 2020-01-03: there are no returns after it; end the period there',
    );
  });

  it('a rolling Sharpe ratio begins with the first whole window', () => {
    const rolling = rollingSharpe(Float64Array.of(0.01, 0.02, 0.03, 0.03), 3);
    expect(rolling).toEqual([null, null, expect.closeTo(31.7490157328, 9), expect.closeTo(73.3212, 4)]);
  });
});

const FLAT_RECORD: TrackRecord = {
  startingEquity: 100,
  curve: ['2020-01-02', '2020-01-03', '2020-01-06', '2020-01-07'].map((date) => point(date, 100)),
  fills: [],
  riskFreeRate: 0,
};

function held(prices: readonly CurvePoint[], riskFreeRate: number): TrackRecord {
  const [first, ...curve] = prices;
  return { startingEquity: first?.value ?? 0, curve, fills: [], riskFreeRate };
}

function closes(path: string, column: string): CurvePoint[] {
  const [header, ...rows] = readFileSync(path, 'utf8').trim().split('\n');
  const at = header?.split(',').indexOf(column) ?? -1;
  return rows.map((row) => {
    const cells = row.split(',');
    return point(cells[0] ?? '', Number(cells[at]));
  });
}

function point(date: string, value: number): CurvePoint {
  return { date, value };
}

function fill(
  date: string,
  side: 'buy' | 'sell',
  quantity: number,
  price: number,
  commission: number,
): DatedFill {
  const money = (value: number) => new Decimal(value);
  return {
    date,
    symbol: 'AAPL',
    side,
    quantity: money(quantity),
    price: money(price),
    commission: money(commission),
  };
}

function byPeriod(periods: readonly { readonly period: string; readonly return: number }[]): object {
  return Object.fromEntries(periods.map(({ period, return: value }) => [period, value]));
}

function close(values: Record<string, number>): object {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, expect.closeTo(value, 9)]));
}
