import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { repositoryRoot } from '@trading/testing';
import { replayBars, type TestBars } from '../define/replayBars';
import { momentumRotation } from './momentumRotation';
import { pairs } from './pairs';

/** Monthly prices of 2000 to 2010, from vega-datasets' stocks.csv. */
function monthly(symbols: readonly string[]): Record<string, TestBars> {
  const path = join(repositoryRoot(), 'packages/cli/node_modules/vega-datasets/data/stocks.csv');
  const rows = readFileSync(path, 'utf8').trim().split('\n').slice(1);
  const fields = rows.map((row) => row.trim().split(',') as [string, string, string]);
  return Object.fromEntries(
    symbols.map((symbol) => {
      const own = fields.filter(([name]) => name === symbol);
      const time = own.map(([, date]) => new Date(`${date} UTC`).toISOString());
      return [symbol, { time, close: own.map(([, , price]) => Number(price)) }];
    }),
  );
}

// The figures of both are those of a Python script over the same prices with TA-Lib's ROC, SMA and STDDEV.
describe('momentum rotation', () => {
  const rotations = () =>
    replayBars(
      momentumRotation,
      { lookback: 6, hold: 2, every: 3 },
      monthly(['AAPL', 'AMZN', 'IBM', 'MSFT']),
    ).map(({ at, wanted }) => [
      at.slice(0, 10),
      wanted
        .filter(({ targetNotional }) => targetNotional.eq(50_000))
        .map(({ symbol }) => symbol)
        .sort(),
    ]);

  it("holds on real prices what TA-Lib's rate of change ranks first", () => {
    const held = rotations();
    expect(held).toHaveLength(39);
    expect(held.slice(0, 6)).toEqual([
      ['2000-07-01', ['IBM']],
      ['2000-10-01', []],
      ['2001-01-01', ['IBM']],
      ['2001-04-01', ['AAPL', 'IBM']],
      ['2001-07-01', ['MSFT']],
      ['2001-10-01', []],
    ]);
    expect(held.slice(-3)).toEqual([
      ['2009-07-01', ['AAPL', 'AMZN']],
      ['2009-10-01', ['AAPL', 'AMZN']],
      ['2010-01-01', ['AMZN', 'MSFT']],
    ]);
  });

  it('leaves a symbol alone whose bar is missing, and goes on from its state', () => {
    const series = monthly(['AAPL', 'IBM']);
    const { time = [], close = [] } = series.IBM ?? {};
    const gap = time.findIndex((text) => text.startsWith('2001-04'));
    const without = <T>(list: readonly T[]) => list.filter((_, index) => index !== gap);
    const said = replayBars(
      momentumRotation,
      { lookback: 6, hold: 2, every: 3 },
      { ...series, IBM: { time: without(time), close: without(close) } },
    );
    const april = said.find(({ at }) => at.startsWith('2001-04'));
    expect(april?.wanted.map(({ symbol }) => symbol)).toEqual(['AAPL']);
    expect(april?.state).toEqual({ since: 0 });
  });
});

describe('pairs', () => {
  it("enters and leaves on real prices where TA-Lib's mean and deviation say", () => {
    const said = replayBars(pairs, { period: 24, entry: 1.5 }, monthly(['IBM', 'MSFT'])).map(
      ({ at, wanted }) => [at.slice(0, 7), ...wanted.map(({ targetNotional }) => targetNotional.toNumber())],
    );
    expect(said).toEqual([
      ['2002-06', 50_000, -50_000],
      ['2003-01', 0, 0],
      ['2004-01', -50_000, 50_000],
      ['2004-10', 0, 0],
      ['2005-04', 50_000, -50_000],
      ['2006-04', 0, 0],
      ['2007-05', -50_000, 50_000],
      ['2008-01', 0, 0],
      ['2008-02', -50_000, 50_000],
      ['2008-11', 0, 0],
      ['2009-01', -50_000, 50_000],
      ['2009-06', 0, 0],
    ]);
  });

  it('takes two symbols, and leaves a pair within what it enters at', () => {
    expect(() => replayBars(pairs, {}, monthly(['IBM', 'MSFT', 'AAPL']))).toThrow(
      'symbols is ["IBM","MSFT","AAPL"]: a pairs strategy takes 2',
    );
    expect(() => replayBars(pairs, { entry: 1, exit: 1 }, monthly(['IBM', 'MSFT']))).toThrow(
      'must be less than entry',
    );
  });
});
