import { describe, expect, it } from '@jest/globals';
import { gainOf, lastOf, sumCurves } from './curves';

describe('the sum of equity curves', () => {
  it('has every date, with the value that each curve had by then', () => {
    const a = { dates: ['2024-01-02', '2024-01-04'], equity: ['100.10', '101'] };
    const b = { dates: ['2024-01-03', '2024-01-05'], equity: ['50.2', '49'] };
    expect(sumCurves([a, b])).toEqual({
      dates: ['2024-01-02', '2024-01-03', '2024-01-04', '2024-01-05'],
      equity: ['150.3', '150.3', '151.2', '150'],
    });
  });

  it('is the curve itself where there is one, and empty where there is none', () => {
    const only = { dates: ['2024-01-02'], equity: ['1'] };
    expect(sumCurves([only])).toBe(only);
    expect(sumCurves([])).toEqual({ dates: [], equity: [] });
  });

  it('can be cut to its last dates', () => {
    const curve = { dates: ['a', 'b', 'c'], equity: ['1', '2', '3'] };
    expect(lastOf(curve, 2)).toEqual({ dates: ['b', 'c'], equity: ['2', '3'] });
    expect(lastOf(curve, undefined)).toBe(curve);
  });
});

describe('the gain of a curve', () => {
  it('is signed, and none where there is nothing to measure by', () => {
    expect(gainOf(['100000', '90000', '138918.2578'])).toBe('0.38918258');
    expect(gainOf(['100', '75'])).toBe('-0.25');
    expect([gainOf([]), gainOf(undefined), gainOf(['0', '1'])]).toEqual([null, null, null]);
  });
});
