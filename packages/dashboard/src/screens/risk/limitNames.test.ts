import { describe, expect, it } from '@jest/globals';
import { LIMIT_TYPE_NAMES } from '@trading/risk';
import { limitWords } from './limitNames';

describe('limits in words', () => {
  it('has a name of its own for every limit type', () => {
    for (const type of LIMIT_TYPE_NAMES) expect(limitWords(type).name).not.toBe(type.replaceAll('_', ' '));
  });

  it('shows each in its unit', () => {
    expect(limitWords('max_gross_exposure').show('150000.0000')).toBe('150,000.00');
    expect(limitWords('max_drawdown').show('0.25')).toBe('25.0%');
    expect(limitWords('max_price_age').show('432000')).toBe('5 days');
    expect(limitWords('some_new_limit')).toMatchObject({ name: 'some new limit' });
  });
});
