import { describe, expect, test } from '@jest/globals';
import { Decimal } from '@trading/model';
import type { SourceRow } from '../barRow';
import { YAHOO_COLUMNS, yahooRowReader } from './yahooForm';

const NOW = new Date('2020-06-01T12:00:00Z');
const HEADER = [...YAHOO_COLUMNS];

/** Reads lines of a file that begins with the usual header. */
function read(...lines: string[]): SourceRow[] {
  const reader = yahooRowReader('AAPL', HEADER, NOW);
  return lines.map((line, index) => reader({ line: index + 2, bytes: 0, fields: line.split(',') }));
}

function problemsOf(row: SourceRow | undefined) {
  return row?.kind === 'rejected' ? row.problems : 'accepted';
}

describe('a row of the Yahoo form', () => {
  test('is a bar as quoted and a bar adjusted for dividends', () => {
    const [row] = read('2013-05-13,64.501427,65.414284,64.500000,64.962860,50.961628,79237200');
    const common = { symbol: 'AAPL', timestamp: new Date('2013-05-13T04:00:00Z'), volume: 79_237_200n };
    expect(row).toEqual({
      kind: 'bars',
      line: 2,
      timestamp: common.timestamp,
      rounded: true,
      bars: [
        {
          ...common,
          dataSource: 'yahoo',
          open: new Decimal('64.5014'),
          high: new Decimal('65.4143'),
          low: new Decimal('64.5'),
          close: new Decimal('64.9629'),
        },
        {
          ...common,
          dataSource: 'yahoo_adjusted',
          open: new Decimal('50.5996'),
          high: new Decimal('51.3158'),
          low: new Decimal('50.5985'),
          close: new Decimal('50.9616'),
        },
      ],
    });
  });

  test.each([
    ['2013-02-30', 'must be a calendar date as YYYY-MM-DD'],
    ['13/05/2013', 'must be a calendar date as YYYY-MM-DD'],
    ['', 'must be a calendar date as YYYY-MM-DD'],
    ['1899-12-29', 'must be from 1900 to 2199'],
    ['2020-06-02', 'must not be in the future, today is 2020-06-01'],
  ])('dated %p is refused', (value, reason) => {
    expect(problemsOf(read(`${value},1,1,1,1,1,1`)[0])).toEqual([{ field: 'Date', value, reason }]);
  });

  test.each([
    ['null', 'must be a decimal number'],
    ['', 'must be a decimal number'],
    ['1,5', 'line'],
    ['NaN', 'must be a decimal number'],
    ['0', 'must be above 0'],
    ['-1', 'must be above 0'],
    ['123456789012', 'must have at most 11 digits before the point and 20 after it'],
    ['0.00001', 'must be at least 0.0001 once rounded to 4 decimals in yahoo'],
  ])('with the price %p is refused', (value, reason) => {
    const problems = problemsOf(read(`2013-05-13,${value},${value},${value},${value},1,1`)[0]);
    const expected =
      reason === 'line' ? expect.objectContaining({ field: 'line' }) : { field: 'Open', value, reason };
    expect(problems).toContainEqual(expected);
  });

  test('that is too large only once it is rounded or adjusted is refused', () => {
    expect(problemsOf(read('2013-05-13,99999999999.99999,99999999999.99999,1,2,2,1')[0])).toContainEqual({
      field: 'High',
      value: '99999999999.99999',
      reason: 'must be below 100000000000 in yahoo',
    });
    expect(problemsOf(read('2013-05-13,2,4,1,2,99999999999,1')[0])).toEqual([
      { field: 'High', value: '4', reason: 'must be below 100000000000 in yahoo_adjusted' },
    ]);
  });

  test.each(['-1', '1.5', 'null', '', '9223372036854775808'])('with the volume %p is refused', (value) => {
    expect(problemsOf(read(`2013-05-13,1,1,1,1,1,${value}`)[0])).toEqual([
      { field: 'Volume', value, reason: 'must be a whole number of shares from 0 to 9223372036854775807' },
    ]);
  });

  test('whose high is not the highest is refused, with every price that is above it', () => {
    expect(problemsOf(read('2013-05-13,5,4,1,2,2,1')[0])).toEqual([
      { field: 'High', value: '4', reason: 'must be at least open (5)' },
    ]);
  });

  test('of a date that was there already is refused, and says where', () => {
    const [first, second] = read('2013-05-13,1,1,1,1,1,1', '2013-05-13,1,1,1,1,1,1');
    expect([problemsOf(first), problemsOf(second)]).toEqual([
      'accepted',
      [{ field: 'Date', value: '2013-05-13', reason: 'must be there once, it is on line 2 too' }],
    ]);
  });

  test('of a date whose first row was bad is accepted', () => {
    const [first, second] = read('2013-05-13,0,1,1,1,1,1', '2013-05-13,1,1,1,1,1,1');
    expect([problemsOf(first), problemsOf(second)]).toEqual([expect.anything(), 'accepted']);
  });
});

describe('the header', () => {
  test('may have its columns in any order and case, and others beside them', () => {
    const reader = yahooRowReader(
      'AAPL',
      ['volume', 'Dividends', 'adjclose', 'close', 'low', 'high', 'open', 'date'],
      NOW,
    );
    const row = reader({ line: 2, bytes: 0, fields: ['7', '0', '3', '3', '2', '4', '2.5', '2013-05-13'] });
    expect(row.kind === 'bars' && row.bars[0]).toMatchObject({
      volume: 7n,
      high: new Decimal(4),
      open: new Decimal('2.5'),
    });
  });

  test('without a column is refused, by the name of the column', () => {
    expect(() => yahooRowReader('AAPL', ['Date', 'Open', 'High', 'Low', 'Close'], NOW)).toThrow(
      expect.objectContaining({
        code: 'INGESTION.MALFORMED_HEADER',
        message:
          "the header lacks Adj Close, Volume; it must have Date,Open,High,Low,Close,Adj Close,Volume, and it is 'Date,Open,High,Low,Close'",
      }),
    );
  });

  test('with a column twice is refused', () => {
    expect(() => yahooRowReader('AAPL', [...HEADER, 'Open'], NOW)).toThrow(/has Open more than once/);
  });
});
