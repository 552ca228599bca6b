import { describe, expect, it } from '@jest/globals';
import { mergePages } from './mergePages';

const order = (id: number, status = 'submitted') => ({ id, status });

describe('pages of a list', () => {
  it('join without a gap and without an item twice when new items push others to the next page', () => {
    const first = [order(5), order(4), order(3, 'filled')];
    const older = [order(4), order(3), order(2)];
    expect(mergePages(first, older, ({ id }) => String(id))).toEqual([
      order(5),
      order(4),
      order(3, 'filled'),
      order(2),
    ]);
  });
});
