import { describe, expect, it } from '@jest/globals';
import { timeLeft } from './progressBar';

describe('the time left', () => {
  it.each([
    [7, '7s'],
    [95, '1m35s'],
    ['INF', '?'],
    ['NULL', '0s'],
  ])('of %s is shown as %s', (estimate, shown) => {
    expect(timeLeft(estimate, { autopaddingChar: '' }, 5)).toBe(shown);
  });
});
