import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { repositoryRoot } from '@trading/testing';
import { BarWindow } from '../define/bars';
import { momentOf } from '../define/moment';
import { meanReversion } from './meanReversion';

const prepared = (changes: Record<string, unknown> = {}) =>
  meanReversion.prepare({
    kind: 'mean_reversion',
    accountId: 'ACC',
    symbols: ['AAPL'],
    signalSource: 'yahoo',
    tradingSource: 'yahoo',
    startingCapital: '100000',
    ...changes,
  });

/** AAPL's daily closes, May 2013 to May 2018, as Yahoo quoted them. */
function sample(): {
  readonly dates: string[];
  readonly columns: { time: Float64Array; close: Float64Array };
} {
  const path = createRequire(join(repositoryRoot(), 'packages/cli/package.json')).resolve(
    '@observablehq/sample-datasets/aapl.csv',
  );
  const rows = readFileSync(path, 'utf8').trim().split('\n').slice(1);
  const fields = rows.map((row) => row.split(','));
  const dates = fields.map(([date = '']) => date);
  return {
    dates,
    columns: {
      time: Float64Array.from(dates, (date) => Date.parse(date)),
      close: Float64Array.from(fields, (field) => Math.round(Number(field[4]) * 10_000)),
    },
  };
}

function saidOf(changes: Record<string, unknown> = {}): [date: string, target: string][] {
  const ready = prepared(changes);
  const { dates, columns } = sample();
  const bars = new BarWindow({ symbol: 'AAPL', dataSource: 'yahoo' }, columns, ready.history);
  return dates.flatMap((date, row) =>
    ready
      .decide(momentOf(bars.show(row + 1)))
      .wanted.map(({ targetNotional }): [string, string] => [date, targetNotional.toString()]),
  );
}

describe('mean reversion', () => {
  // Bands of TA-Lib 0.6's BBANDS(20, 2, 2) on the same closes, crossed as the docstring says, by a Python script.
  it("decides on real prices as TA-Lib's bands do", () => {
    const said = saidOf();

    expect(said).toHaveLength(93);
    expect(said.filter(([, target]) => target === '100000')).toHaveLength(25);
    expect(said.slice(0, 6)).toEqual([
      ['2013-06-19', '100000'],
      ['2013-07-03', '0'],
      ['2013-07-09', '0'],
      ['2013-09-03', '0'],
      ['2013-09-11', '100000'],
      ['2013-09-23', '0'],
    ]);
    expect(said.slice(-3)).toEqual([
      ['2018-03-21', '100000'],
      ['2018-04-10', '0'],
      ['2018-05-02', '0'],
    ]);
  });

  it('sells short above the upper band where it is told to', () => {
    const said = saidOf({ short: true, allocation: '0.5' });

    expect(said).toHaveLength(200);
    expect(said.filter(([, target]) => target === '-50000')).toHaveLength(46);
  });

  it('says nothing of a line that does not move, and nothing before its bands are full', () => {
    const ready = prepared({ period: 3 });
    const columns = { time: new Float64Array(6), close: Float64Array.of(1, 1, 1, 1, 1, 1) };
    const bars = new BarWindow({ symbol: 'AAPL', dataSource: 'yahoo' }, columns, ready.history);
    for (const end of [1, 3, 4, 6]) expect(ready.decide(momentOf(bars.show(end))).wanted).toEqual([]);
  });

  it.each([
    [{ period: 1 }, 'period is 1'],
    [{ width: 'two' }, 'width is "two"'],
    [{ periods: 20 }, 'periods is no parameter'],
  ])('refuses %j', (changes, message) => {
    expect(() => prepared(changes)).toThrow(message);
  });
});
