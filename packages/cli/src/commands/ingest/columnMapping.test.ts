import { describe, expect, it } from '@jest/globals';
import { mappingOf, parseColumns, parseTimeFormat, parseTimeZone } from './columnMapping';

describe('a column mapping', () => {
  it('has the names and the forms that were said, and nothing else', () => {
    const columns = parseColumns('timestamp=Date,close=Last=Price,symbol=Ticker,volume=');
    expect(mappingOf({ columns, timeFormat: 'date', round: true })).toEqual({
      timestamp: 'Date',
      close: 'Last=Price',
      symbol: 'Ticker',
      volume: '',
      timeFormat: 'date',
      round: true,
    });
  });

  it.each(['vwap=V', 'open', 'open=O,', ''])('refuses %j', (text) => {
    expect(() => parseColumns(text)).toThrow(/must be NAME=COLUMN/);
  });

  it('takes forms of times by name and as strptime has them', () => {
    expect(['epoch_ns', '%d.%m.%Y %H:%M'].map(parseTimeFormat)).toEqual(['epoch_ns', '%d.%m.%Y %H:%M']);
    expect(() => parseTimeFormat('%Q')).toThrow(/as strptime has it/);
    expect(() => parseTimeFormat('DD.MM.YYYY')).toThrow(/as strptime has it/);
  });

  it('takes time zones that there are', () => {
    expect(parseTimeZone('America/New_York')).toBe('America/New_York');
    expect(() => parseTimeZone('New York')).toThrow(/must be a time zone/);
  });
});
