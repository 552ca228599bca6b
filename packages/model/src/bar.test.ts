import { describe, expect, it } from '@jest/globals';
import { barProblems } from './bar';
import { Decimal } from './decimal';

const bar = (open: string, high: string, low: string, close: string, volume = 0n) =>
  barProblems({
    open: new Decimal(open),
    high: new Decimal(high),
    low: new Decimal(low),
    close: new Decimal(close),
    volume,
  }).map(({ field, reason }) => `${field} ${reason}`);

describe('barProblems', () => {
  it('finds nothing wrong with a valid bar, a flat one included', () => {
    expect(bar('10', '12', '9', '11')).toEqual([]);
    expect(bar('10', '10', '10', '10')).toEqual([]);
  });

  it('names every field that breaks a rule, with what would be right', () => {
    expect(bar('0', '12', '0', '11')).toEqual(['open must be above 0', 'low must be above 0']);
    expect(bar('10', '9', '8', '11')).toEqual([
      'high must be at least open (10)',
      'high must be at least close (11)',
    ]);
    expect(bar('10', '12', '11', '10.5')).toEqual([
      'low must be at most open (10)',
      'low must be at most close (10.5)',
    ]);
    expect(bar('10', '12', '9', '11', -1n)).toEqual(['volume must not be negative']);
  });
});
