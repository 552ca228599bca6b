import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { hrefOf, placeOf } from './place';

describe('the address of a screen', () => {
  it('says path and query', () => {
    expect(placeOf('#/positions/DEMO/BRK%2FB?from=2024-01-01')).toEqual({
      path: ['positions', 'DEMO', 'BRK/B'],
      query: { from: '2024-01-01' },
    });
  });

  it('is the first screen where it is none', () => {
    for (const hash of ['', '#', '#code=abc', '#/%E0%A4%A'])
      expect(placeOf(hash)).toEqual({ path: [], query: {} });
  });

  it('comes back as it was made, whatever is in it', () => {
    const text = fc.string({ unit: 'grapheme', minLength: 1 });
    fc.assert(
      fc.property(fc.array(text), fc.dictionary(text, text), (path, query) => {
        expect(placeOf(hrefOf(path, query))).toEqual({ path, query: { ...query } });
      }),
    );
  });
});
