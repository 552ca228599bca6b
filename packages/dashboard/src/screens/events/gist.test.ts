import { describe, expect, it } from '@jest/globals';
import { gistOf } from './gist';

describe('an event in a line', () => {
  it('says what was done, with its numbers', () => {
    const fill = { side: 'sell', quantity: '1500.0000', symbol: 'AAPL', price: '64.5014' };
    expect(gistOf('trade_executed', fill)).toBe('sold 1,500 AAPL at 64.5014');
    const order = { side: 'buy', quantity: '10', symbol: 'AAPL', status: 'partially_filled', reason: null };
    expect(gistOf('order_updated', order)).toBe('buy 10 AAPL: partially filled');
    expect(gistOf('position_updated', { symbol: 'AAPL', quantity: '-5', unrealizedPnl: null })).toBe(
      'AAPL: −5 held, open P&L –',
    );
  });

  it('is its type where it is unknown or not as it should be', () => {
    expect(gistOf('my_own_event', {})).toBe('my own event');
    expect(gistOf('trade_executed', { side: 'buy', quantity: null, symbol: 'AAPL' })).toMatch(
      /^(bought|trade executed)/,
    );
    expect(() => gistOf('market_data_updated', {})).not.toThrow();
  });
});
