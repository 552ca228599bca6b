import { describe, expect, it } from '@jest/globals';
import { performanceRow } from './performanceRow';

const figures = {
  strategyId: 'trend',
  accountId: 'ACC',
  date: '2020-01-02',
  equity: '101234.5678',
  returns: '0.01234567',
  sharpeRatio: '-1.23455',
  maxDrawdown: '-0.20514999',
  totalTrades: 3,
  winRate: '66.66666667',
};

describe('what strategy_performance keeps', () => {
  it('rounds each figure to its column, half away from zero', () => {
    const { returns, sharpeRatio, maxDrawdown, winRate } = performanceRow(figures);
    expect([returns, sharpeRatio, maxDrawdown, winRate].map(String)).toEqual([
      '0.0123',
      '-1.2346',
      '-0.2051',
      '66.67',
    ]);
  });

  it('keeps what is not defined as null', () => {
    const row = performanceRow({ ...figures, returns: null, sharpeRatio: null, winRate: null });
    expect([row.returns, row.sharpeRatio, row.winRate]).toEqual([null, null, null]);
  });

  it('refuses a figure that its column cannot hold', () => {
    expect(() => performanceRow({ ...figures, sharpeRatio: '12345.6' })).toThrow(
      'sharpe_ratio is 12345.6, which does not fit DECIMAL(8,4)',
    );
  });
});
