import { describe, expect, it } from '@jest/globals';
import { mappingOf, parseColumns } from './columnMapping';

const options = { timeFormat: 'iso', round: false } as const;

describe('a column mapping', () => {
  it('takes the names that were said, and for the rest what they hold', () => {
    expect(mappingOf(parseColumns('timestamp=Date,close=Last=Price,symbol=Ticker'), options)).toEqual({
      timestamp: 'Date',
      open: 'open',
      high: 'high',
      low: 'low',
      close: 'Last=Price',
      volume: 'volume',
      symbol: 'Ticker',
      ...options,
    });
  });

  it('leaves a column out that was said to be none', () => {
    expect(mappingOf(parseColumns('volume='), options)).not.toHaveProperty('volume');
  });

  it.each(['vwap=V', 'open', 'open=O,', ''])('refuses %j', (text) => {
    expect(() => parseColumns(text)).toThrow(/must be NAME=COLUMN/);
  });
});
