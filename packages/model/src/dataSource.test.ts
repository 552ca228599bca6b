import { describe, expect, it } from '@jest/globals';
import { parseDataSource } from './dataSource';
import { parseSymbol } from './symbol';

describe('parseDataSource', () => {
  it.each([
    ['yahoo', { provider: 'yahoo', raw: false, adjusted: false, timeframe: '1d' }],
    ['polygon_raw_1m', { provider: 'polygon', raw: true, adjusted: false, timeframe: '1m' }],
    ['yahoo_adjusted', { provider: 'yahoo', adjusted: true, timeframe: '1d' }],
    ['yahoo_adjusted_1h', { provider: 'yahoo', adjusted: true, timeframe: '1h' }],
    ['alpha_vantage', { provider: 'alpha_vantage', adjusted: false, timeframe: '1d' }],
    ['polygon_1m', { provider: 'polygon', adjusted: false, timeframe: '1m' }],
  ])('reads %s', (name, series) => {
    expect(parseDataSource(name)).toEqual({ name, raw: false, ...series });
  });

  it.each([
    '',
    'bloomberg',
    'yahoo_',
    'yahoo_adj',
    'yahoo_0m',
    'yahoo_1d',
    'YAHOO',
    'alpha_vantage_adjusted_15m',
  ])("refuses '%s', saying what would be right", (name) => {
    expect(() => parseDataSource(name)).toThrow(
      /must be <provider>\[_raw\|_adjusted\]\[_<timeframe>\] in at most 20 characters/,
    );
  });
});

describe('parseSymbol', () => {
  it.each(['AAPL', 'BRK.B', '^GSPC', 'EURUSD=X', 'BTC-USD', '0700.HK'])('takes %s', (symbol) => {
    expect(parseSymbol(symbol)).toBe(symbol);
  });
  it.each(['', 'aapl', 'A B', "A';--", 'ABCDEFGHIJKLMNOPQRSTU', '.A'])("refuses '%s'", (symbol) => {
    expect(() => parseSymbol(symbol)).toThrow(expect.objectContaining({ code: 'MODEL.INVALID_SYMBOL' }));
  });
});
